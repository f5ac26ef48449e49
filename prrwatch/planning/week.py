"""The shape of a source's week: how its publishing is spread over quarters of the day and weekdays.

The shape multiplies the rate and is 1 in the mean. Hours are believed by a mixture of five Dirichlet models, weighted
by how well each explains what was seen (Bayesian model averaging): one hardly moves from the usual day, one learns
by the hour, three learn by the quarter of an hour, as timers publish, the last of them from two or three items. With
few data the mixture stays near the usual day.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, log, sqrt

from prrwatch.planning.clock import DAY, SLOT, SLOTS, WEEK
from prrwatch.planning.rhythm import Rhythm

_PER_HOUR = int(1 / SLOT)
#: Weight of the usual day, in items, and by how many slots a model lumps together.
_MODELS = ((100.0, 1), (40.0, _PER_HOUR), (25.0, 1), (8.0, 1), (2.5, 1))
#: Items that count as one for hours, at most: those of a batch. What strays more (a lively week, a change of habits, an
#: expectation that was wrong because the hours were not known yet) says nothing against the hours.
_BATCH = 1.5
#: Local hours between which people publish, what of that comes at night, and the zones that are tried (hours from UTC).
_OFFICE = (8.0, 19.0)
_NIGHT = 0.2
_ZONES = tuple(range(-8, 10))
#: An item tells the zone with some caution: its like-minded fellows of the same day came for the same reason.
_ZONE_CAUTION = 0.7
#: Weight of the usual week, in items.
_WEEK_WEIGHT = 8.0
#: Offices write on weekdays; weekends are thin, not empty.
_USUAL_WEEK = (1.15, 1.15, 1.15, 1.15, 1.15, 0.65, 0.6)
#: Times the mean rate from which a quarter of an hour is a burst.
_BURST = 2.5


@lru_cache(maxsize=1)
def _days() -> tuple[tuple[float, ...], ...]:
    """The shares of an office day in each zone, and of a day without hours."""
    return (*(_office_day(zone) for zone in _ZONES), (1 / SLOTS,) * SLOTS)


@lru_cache(maxsize=1)
def _log_days() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(log(share) for share in day) for day in _days())


def _office_day(zone: int) -> tuple[float, ...]:
    opens, closes = _OFFICE
    weights = []
    for place in range(SLOTS):
        hour = (place * SLOT + zone) % DAY
        # Opening and closing take two hours each.
        open_ = min(max((hour - opens) / 2 + 0.5, 0.0), 1.0) * min(max((closes - hour) / 2 + 0.5, 0.0), 1.0)
        weights.append(_NIGHT + (1 - _NIGHT) * open_)
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _usual_day(counts: list[float]) -> list[float]:
    """The office day of the zone that the items tell of; over all zones as long as there are none."""
    seen = [(place, count * _ZONE_CAUTION) for place, count in enumerate(counts) if count]
    evidence = [sum(count * day[place] for place, count in seen) for day in _log_days()]
    best = max(evidence)
    beliefs = [exp(each - best) for each in evidence]
    total = sum(beliefs)
    shares = [0.0] * SLOTS
    for belief, day in zip(beliefs, _days(), strict=True):
        if belief > 0.01 * total:
            _add(shares, day, belief)
    scale = 1 / sum(shares)
    return [share * scale for share in shares]


def day_shares(slots: tuple[float, ...], dispersion: float) -> list[float]:
    """The share of the day's items in each quarter of an hour. Batches (`dispersion` > 1) count as fewer items."""
    caution = min(dispersion, _BATCH)
    counts = [count / caution for count in slots]
    usual = _usual_day(counts)
    evidence = [_log_evidence(counts, usual, weight, lump) for weight, lump in _MODELS]
    best = max(evidence)
    beliefs = [exp(each - best) for each in evidence]
    total = sum(beliefs)
    shares = [0.0] * SLOTS
    for belief, (weight, lump) in zip(beliefs, _MODELS, strict=True):
        if belief > 1e-3 * total:
            _add(shares, _posterior(counts, usual, weight, lump), belief)
    scale = 1 / sum(shares)
    return [share * scale for share in shares]


def _add(shares: list[float], more: Sequence[float], weight: float) -> None:
    for place, share in enumerate(more):
        shares[place] += weight * share


def _lumps(counts: list[float], lump: int) -> list[float]:
    return counts if lump == 1 else [sum(counts[at : at + lump]) for at in range(0, SLOTS, lump)]


def _log_evidence(counts: list[float], usual: list[float], weight: float, lump: int) -> float:
    """Log of the Dirichlet-multinomial likelihood, items within a lump spread as usual."""
    coarse, base = _lumps(counts, lump), _lumps(usual, lump)
    seen = sum(counts)
    result = lgamma(weight) - lgamma(weight + seen)
    for count, share in zip(coarse, base, strict=True):
        if count:
            result += lgamma(weight * share + count) - lgamma(weight * share)
    if lump > 1:
        result += sum(count * log(usual[place] / base[place // lump]) for place, count in enumerate(counts) if count)
    return result


def _posterior(counts: list[float], usual: list[float], weight: float, lump: int) -> list[float]:
    coarse, base = _lumps(counts, lump), _lumps(usual, lump)
    seen = sum(counts)
    lumped = [(weight * share + count) / (weight + seen) / share for count, share in zip(coarse, base, strict=True)]
    return [lumped[place // lump] * share for place, share in enumerate(usual)]


def weekday_factors(rhythm: Rhythm, per_day: float, dispersion: float) -> list[float]:
    """How many times the mean day each weekday publishes: Gamma posteriors around the usual week."""
    weight = _WEEK_WEIGHT * dispersion
    factors = [
        (weight * usual + count) / (weight + per_day * days)
        for usual, count, days in zip(_USUAL_WEEK, rhythm.weekdays, rhythm.watched, strict=True)
    ]
    mean = sum(factors) / 7
    return [factor / mean for factor in factors]


class Week:
    """A shape with its two integrals, so that what lies between two moments costs two look-ups. Not to be changed.

    Times are hours (see `clock`). `mass(t)` is the integral of the shape from the Monday, `wait(t)` the integral of
    the mass: between s and t items that appear by the shape wait `wait(t) - wait(s) - mass(s) * (t - s)` hours.
    Kept as one day's integrals and a factor for each weekday: a tenth of the work of a whole week's.
    """

    __slots__ = ("_drops", "_factors", "_mass", "_shape", "_wait", "_week_mass", "_week_wait")

    def __init__(self, shares: list[float], factors: list[float]) -> None:
        self._factors = factors
        self._shape = [share * SLOTS for share in shares]
        # Integrals of a step function: linear and quadratic within a slot, so these sums are exact.
        self._mass = list(accumulate([value * SLOT for value in self._shape], initial=0.0))
        half = SLOT * SLOT / 2
        steps = [mass * SLOT + value * half for mass, value in zip(self._mass, self._shape, strict=False)]
        self._wait = list(accumulate(steps, initial=0.0))
        self._week_mass = list(accumulate([factor * self._mass[-1] for factor in factors], initial=0.0))
        days = zip(self._week_mass, factors, strict=False)
        self._week_wait = list(accumulate([mass * DAY + factor * self._wait[-1] for mass, factor in days], initial=0.0))
        after = [*self._shape[1:], self._shape[0]]
        self._drops = [
            (place + 1) * SLOT
            for place, (value, then) in enumerate(zip(self._shape, after, strict=True))
            if value > _BURST and then < value / 2
        ]

    def at(self, time: float, week: float) -> tuple[float, float]:
        """Mass and wait at `time`, reckoned from the Monday that begins the week number `week`."""
        weeks, hour = divmod(time - week * WEEK, WEEK)
        day = min(int(hour / DAY), 6)
        hour -= day * DAY
        place = min(int(hour / SLOT), SLOTS - 1)
        within = hour - place * SLOT
        value, before, factor = self._shape[place], self._mass[place], self._factors[day]
        mass = self._week_mass[day] + factor * (before + value * within)
        wait = self._wait[place] + (before + value * within / 2) * within
        wait = self._week_wait[day] + self._week_mass[day] * hour + factor * wait
        if not weeks:
            return mass, wait
        whole = self._week_mass[7]
        past = weeks * self._week_wait[7] + WEEK * whole * weeks * (weeks - 1) / 2
        return weeks * whole + mass, past + weeks * whole * (day * DAY + hour) + wait

    def mass(self, began: float, ended: float) -> float:
        """The integral of the shape between two moments; it is their distance where the shape is 1."""
        week = began // WEEK
        return self.at(ended, week)[0] - self.at(began, week)[0]

    def roots(self) -> float:
        """The mean of the root of the shape, seen four hours at a time: how much the unevenness saves."""
        step = int(4 / SLOT)
        blocks = [sqrt((self._mass[at + step] - self._mass[at]) / 4) for at in range(0, SLOTS, step)]
        return sum(blocks) / len(blocks) * sum(sqrt(factor) for factor in self._factors) / 7

    def drops_between(self, began: float, ended: float) -> list[float]:
        """The ends of bursts within a span, in order: good moments to look."""
        if not self._drops:
            return []
        midnights = range(int(began // DAY), int(ended // DAY) + 1)
        ends = [day * DAY + hour for day in midnights for hour in self._drops]
        return [end for end in ends if began < end <= ended]
