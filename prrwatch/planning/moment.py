"""The best moment for the next look at one source, at a given price of a look.

The aim is the least mean time between the publication of a relevant item and the look that finds it. For items that
appear at a constant rate r and a price p of a look (hours of delay of one relevant item that a request must save), the
cost per hour is r * D / 2 + p / D, so the best interval is D = sqrt(2 p / r): a look is due when the delay that has
gathered since the last one, r * D**2 / 2, has reached the price. That threshold on a value that grows since the last
look is the form which all optimal policies of crawling under a budget have (Cho and Garcia-Molina, ACM TODS 28(4),
2003; Azar, Horvitz, Lubetzky, Peres, Shahaf, PNAS 115(32), 2018; Kolobov, Peres, Lu, Horvitz, NeurIPS 2019); the root
for delays of feeds is that of Sia, Cho, Cho, IEEE TKDE 19(7), 2007.

A rate that changes through the day asks for more than a threshold: a look pays just after a burst and just before a
lively morning. There the moments come from a dynamic programme over a few candidate times, as in Eckstein, Gal,
Reiner, INFORMS Journal on Computing 20(1), 2008, here with a rolling horizon of some intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf

from prrwatch.planning.clock import SLOT, WEEK
from prrwatch.planning.tempo import Tempo

#: Candidate times per usual interval, and usual intervals that are looked ahead.
_FINENESS = 8
_AHEAD = 3.5
#: Hours below which two moments are one.
_INSTANT = 1e-6


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours between two looks."""

    shortest: float
    longest: float


def usual(tempo: Tempo, price: float, limits: Limits) -> float:
    """Hours between two looks if the source published evenly: the root law, within limits and window."""
    free: float = (2 * price / tempo.relevant) ** 0.5 if tempo.relevant > 0 else inf
    return max(min(free, limits.longest, tempo.room / tempo.rate), limits.shortest)


def next_look(tempo: Tempo, price: float, limits: Limits, last: float) -> float:
    """The hour of the next look after one at `last`; never sooner or later than the limits allow.

    Nor so late that more is expected than the window holds with a margin, unless the shortest interval is longer.
    """
    pace = 1 - tempo.haste / 2
    limits = Limits(limits.shortest, max(limits.longest * pace, limits.shortest))
    step = usual(tempo, price, limits)
    times = _candidates(tempo, step, limits, last)
    if len(times) < 3:
        return last + limits.shortest
    best = _first_hop(tempo, price / max(tempo.relevant, 1e-9), limits, times)
    return max(last + (best - last) * pace, last + limits.shortest)


def _candidates(tempo: Tempo, step: float, limits: Limits, last: float) -> list[float]:
    """`last`, then a grid with the ends of bursts, then the horizon."""
    grid = max(step / _FINENESS, limits.shortest / 2)
    if grid > SLOT:
        grid = round(grid / SLOT) * SLOT
    horizon = last + max(_AHEAD * step, limits.shortest * 2)
    began = last + limits.shortest
    count = int((horizon - began) / grid)
    # On the quarters of an hour of the clock, where the shape changes.
    aligned = began if grid < SLOT else -(-began // SLOT) * SLOT
    times = {aligned + grid * place for place in range(count + 1)}
    times.update(tempo.week.drops_between(began, horizon))
    times.add(min(last + limits.longest, horizon))
    inner = sorted(time for time in times if began <= time < horizon)
    return [last, *_apart(inner), horizon]


def _apart(times: list[float]) -> list[float]:
    return [first for first, second in pairwise([*times, inf]) if second - first > _INSTANT]


def _first_hop(tempo: Tempo, price: float, limits: Limits, times: list[float]) -> float:
    """Where the cheapest chain of looks up to the horizon goes first. Costs are per relevant item an hour."""
    week = times[0] // WEEK
    marks = [tempo.week.at(time, week) for time in times]
    room = tempo.room / tempo.rate
    end = len(times) - 1
    cost = [inf] * end
    first = list(range(end))
    cost[0] = 0.0
    best, answer = inf, 1
    for here in range(end):
        if cost[here] == inf:
            continue
        if here:
            total = cost[here] + _to_the_end(times[here], marks[here], times[end], marks[end], price)
            if total < best:
                best, answer = total, first[here]
        for there, delay in _hops(here, times, marks, limits, room):
            total = cost[here] + delay + price
            if total < cost[there]:
                cost[there] = total
                first[there] = first[here] if here else there
    return times[answer]


_Mark = tuple[float, float]


def _hops(
    here: int, times: list[float], marks: list[_Mark], limits: Limits, room: float
) -> list[tuple[int, float]]:
    """The candidates that may follow `here`, with the delay that gathers until then; always one, if there is any."""
    time, (mass, wait) = times[here], marks[here]
    hops: list[tuple[int, float]] = []
    for there in range(here + 1, len(times) - 1):
        span = times[there] - time
        if span < limits.shortest - _INSTANT:
            continue
        that_mass, that_wait = marks[there]
        if hops and (span > limits.longest + _INSTANT or that_mass - mass > room):
            break
        hops.append((there, that_wait - wait - mass * span))
    return hops


def _to_the_end(time: float, mark: _Mark, until: float, end: _Mark, price: float) -> float:
    """What a chain whose last look was at `time` has gathered at the horizon, and what its age is worth beyond it.

    At a constant rate the value of an age a is a * sqrt(2 p) - a**2 / 2 (per unit of rate), up to the usual interval.
    """
    span = until - time
    usual_span = (2 * price) ** 0.5
    age = min(span, usual_span)
    return end[1] - mark[1] - mark[0] * span + age * usual_span - age * age / 2
