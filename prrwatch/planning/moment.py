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

from bisect import bisect_left
from itertools import pairwise
from math import inf

from prrwatch.planning.chain import INSTANT, Chart, Limits, chains
from prrwatch.planning.tempo import Tempo

#: Candidate times per usual interval, and usual intervals that are looked ahead.
_FINENESS = 12
_AHEAD = 6.0
#: Usual intervals within which the next look mostly lies; beyond, fewer candidates will do.
_NEAR, _COARSER = 1.5, 2
#: Share of the horizon within which a chain's last look lies.
_LAST = 0.65


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
    """`last`, then a grid with the ends of bursts, finer where the next look may be; then the horizon."""
    grid = max(step / _FINENESS, limits.shortest / 4)
    horizon = last + max(_AHEAD * step, limits.shortest * 2)
    began = last + limits.shortest
    coarse = min(max(began, last + _NEAR * step), horizon)
    # The grid begins where the source was last looked at, not on the clock's quarters: sources must not march in step.
    times = [began + grid * place for place in range(int((coarse - began) / grid) + 1)]
    rest = times[-1] + grid
    times += [rest + _COARSER * grid * place for place in range(max(int((horizon - rest) / grid / _COARSER), 0) + 1)]
    times += tempo.week.drops_between(began, horizon)
    times.append(min(last + limits.longest, horizon))
    inner = sorted([time for time in times if began <= time < horizon])
    return [last, *_apart(inner), horizon]


def _apart(times: list[float]) -> list[float]:
    return [first for first, second in pairwise([*times, inf]) if second - first > INSTANT]


def _first_hop(tempo: Tempo, price: float, limits: Limits, times: list[float]) -> float:
    """Where the cheapest chain of looks up to the horizon goes first. Costs are per relevant item an hour."""
    mass, wait = tempo.week.marks(times)
    chart = Chart(times, mass, wait, tempo.room / tempo.rate)
    found = chains(chart, price, limits)
    late = times[-1] - _LAST * (times[-1] - times[0])  # no chain is worth following that ends earlier
    first = bisect_left(times, late, 1, len(times) - 2)
    totals = [cost + left for cost, left in zip(found.cost[first:], _to_the_end(chart, first, price), strict=True)]
    best = min(totals)
    return times[found.first(first + totals.index(best)) if best < inf else 1]


def _to_the_end(chart: Chart, first: int, price: float) -> list[float]:
    """For chains whose last look is at `first` and later: what each has gathered at the horizon, and its age's worth.

    At a constant rate the value of an age a is a * sqrt(2 p) - a**2 / 2 (per unit of rate), to the usual interval, p.
    """
    end, waited = chart.times[-1], chart.wait[-1]
    even: float = (2 * price) ** 0.5
    looks = zip(chart.times[first:-1], chart.mass[first:-1], chart.wait[first:-1], strict=True)
    gathered = [(end - time, waited - wait - mass * (end - time)) for time, mass, wait in looks]
    return [delay + (price if age >= even else age * (even - age / 2)) for age, delay in gathered]
