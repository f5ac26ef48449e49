"""The cheapest chain of looks over candidate times, each look at a price, items waiting for the look that finds them.

What a look at j adds after one at i is a line in the time of j with what is known at i as its slope and height, and the
lines fall ever steeper. A look may follow i from its soonest to its latest successor, which both only move on. So the
best predecessor only ever moves on, too, and the programme takes a step or two for each candidate instead of one for
each pair (Galil, Park, Dynamic programming with convexity, concavity and sparsity, Theoretical Computer Science 92(1),
1992).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import inf

#: Hours below which two moments are one.
INSTANT = 1e-6


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours between two looks."""

    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Candidate times in order, from the look before to the horizon, and the integrals of the shape there."""

    times: list[float]
    mass: list[float]
    wait: list[float]
    room: float  #: mass that may lie between two looks


@dataclass(frozen=True, slots=True)
class Chains:
    """The cost of the cheapest chain that ends at each candidate, inf where none does, and the look before that one."""

    cost: list[float]
    before: list[int]

    def first(self, last: int) -> int:
        """The first look of the chain whose last one is given."""
        here = last
        while self.before[here]:
            here = self.before[here]
        return here


def chains(chart: Chart, price: float, limits: Limits) -> Chains:
    """The cheapest chains from the first candidate to every other one but the horizon."""
    times, mass, wait = chart.times, chart.mass, chart.wait
    end = len(times) - 1
    cost, before = [0.0] + [inf] * (end - 1), [0] * end
    expiries = _expiries(chart, limits)
    soonest = limits.shortest - INSTANT
    lines: list[tuple[float, float, float, int]] = []  # height, slope, expiry, candidate; of those that may be the best
    turns: list[float] = []  # when the next line becomes better than each
    head = arriving = 0
    for there in range(1, end):
        now = times[there]
        late = now - soonest
        while arriving < there and times[arriving] <= late:
            if cost[arriving] < inf:
                rate = mass[arriving]
                height = cost[arriving] + price - wait[arriving] + rate * times[arriving]
                expiry = expiries[arriving]
                # One look may always follow.
                _take_up(lines, turns, head, (height, rate, max(now, expiry), arriving))
            arriving += 1
        while head < len(turns) and turns[head] < now:
            head += 1
        if head < len(lines):
            height, rate, expiry, here = lines[head]
            if now <= expiry:
                cost[there], before[there] = height + wait[there] - rate * now, here
    return Chains(cost, before)


def _expiries(chart: Chart, limits: Limits) -> list[float]:
    """The times until which a look may follow one at each candidate."""
    times, mass, room = chart.times, chart.mass, chart.room
    longest = limits.longest + INSTANT
    if mass[-1] - mass[0] <= room:  # nothing overflows up to the horizon
        return [time + longest for time in times]
    fits = [times[bisect_right(mass, before + room) - 1] for before in mass]
    return [min(time + longest, fit) for time, fit in zip(times, fits, strict=True)]


def _take_up(
    lines: list[tuple[float, float, float, int]],
    turns: list[float],
    head: int,
    line: tuple[float, float, float, int],
) -> None:
    """Put a line at the end; the ones before that it leaves no time to be the best are dropped."""
    height, rate, _, _ = line
    while len(lines) > head:
        last_height, last_rate, turn, _ = lines[-1]
        if rate > last_rate and (crossing := (height - last_height) / (rate - last_rate)) < turn:
            turn = crossing
        if len(lines) == head + 1 or turn > turns[-1]:
            turns.append(turn)
            break
        lines.pop()
        turns.pop()
    lines.append(line)
