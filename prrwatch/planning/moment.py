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

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from prrwatch.planning.clock import WEEK
from prrwatch.planning.tempo import Tempo

#: Candidate times per usual interval, and usual intervals that are looked ahead.
_FINENESS = 6
_AHEAD = 3.2
#: Share of the horizon within which a chain's last look lies.
_LAST = 0.65
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
    horizon = last + max(_AHEAD * step, limits.shortest * 2)
    began = last + limits.shortest
    # The grid begins where the source was last looked at, not on the clock's quarters: sources must not march in step.
    times = {began + grid * place for place in range(int((horizon - began) / grid) + 1)}
    times.update(tempo.week.drops_between(began, horizon))
    times.add(min(last + limits.longest, horizon))
    inner = sorted(time for time in times if began <= time < horizon)
    return [last, *_apart(inner), horizon]


def _apart(times: list[float]) -> list[float]:
    return [first for first, second in pairwise([*times, inf]) if second - first > _INSTANT]


def _first_hop(tempo: Tempo, price: float, limits: Limits, times: list[float]) -> float:
    """Where the cheapest chain of looks up to the horizon goes first. Costs are per relevant item an hour."""
    chart = _chart(tempo, times)
    end = len(times) - 1
    cost = [inf] * end
    first = list(range(end))
    cost[0] = 0.0
    best, answer = inf, 1
    late = times[-1] - _LAST * (times[-1] - times[0])  # no chain is worth following that ends earlier
    for here in range(end):
        paid = cost[here]
        if paid == inf:
            continue
        if times[here] >= late and (total := paid + chart.to_the_end(here, price)) < best:
            best, answer = total, first[here]
        mass = chart.mass[here]
        # Between here and there: wait[there] - wait[here] - mass[here] * (time[there] - time[here]).
        base = paid + price - chart.wait[here] + mass * times[here]
        for there in chart.hops(here, limits):
            total = base + chart.wait[there] - mass * times[there]
            if total < cost[there]:
                cost[there] = total
                first[there] = first[here] if here else there
    return times[answer]


@dataclass(frozen=True, slots=True)
class _Chart:
    """The candidates with the integrals of the shape; the last one is the horizon."""

    times: list[float]
    mass: list[float]
    wait: list[float]
    room: float  #: mass that may lie between two looks

    def hops(self, here: int, limits: Limits) -> range:
        """The candidates that may follow `here`; always one, if there is any."""
        end = len(self.times) - 1
        soonest = bisect_left(self.times, self.times[here] + limits.shortest - _INSTANT, here + 1, end)
        latest = min(
            bisect_right(self.times, self.times[here] + limits.longest + _INSTANT, soonest, end),
            bisect_right(self.mass, self.mass[here] + self.room, soonest, end),
        )
        return range(soonest, min(max(latest, soonest + 1), end))

    def to_the_end(self, here: int, price: float) -> float:
        """What a chain whose last look was `here` has gathered at the horizon, and what its age is worth beyond it.

        At a constant rate the value of an age a is a * sqrt(2 p) - a**2 / 2 (per unit of rate), to the usual interval.
        """
        span = self.times[-1] - self.times[here]
        even: float = (2 * price) ** 0.5
        age = min(span, even)
        return self.wait[-1] - self.wait[here] - self.mass[here] * span + age * even - age * age / 2


def _chart(tempo: Tempo, times: list[float]) -> _Chart:
    week = times[0] // WEEK
    marks = [tempo.week.at(time, week) for time in times]
    return _Chart(times, [mass for mass, _ in marks], [wait for _, wait in marks], tempo.room / tempo.rate)
