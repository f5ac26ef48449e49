"""The shape of a source's week: how its publishing is spread over the day, by five minutes, and weekdays.

The shape multiplies the rate and is 1 in the mean. Hours are believed by a mixture of seven Dirichlet models, weighted
by how well each explains what was seen (Bayesian model averaging): one hardly moves from the usual day, one learns by
the hour, three by the quarter of an hour and two by five minutes, as timers publish, some of them from two or three
items. With few data the mixture stays near the usual day.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import exp, lgamma, log, sqrt

from prrwatch.planning.clock import DAY, SLOT, SLOTS, WEEK
from prrwatch.planning.rhythm import Rhythm

_HOURS = int(DAY)
_PER_HOUR = SLOTS // _HOURS
#: Weight of the usual day, in items, and by how many slots a model lumps together.
_MODELS = ((100.0, _PER_HOUR), (40.0, _PER_HOUR), (25.0, 3), (8.0, 3), (2.5, 3), (8.0, 1), (2.5, 1))
#: A model that explains what was seen worse than this is left out.
_NEGLIGIBLE = 1e-3
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
#: Times the mean rate from which a slot is a burst.
_BURST = 2.5


def _office_day(zone: int) -> tuple[float, ...]:
    opens, closes = _OFFICE
    weights = []
    for place in range(_HOURS):
        hour = (place + 0.5 + zone) % DAY
        # Opening and closing take two hours each.
        open_ = min(max((hour - opens) / 2 + 0.5, 0.0), 1.0) * min(max((closes - hour) / 2 + 0.5, 0.0), 1.0)
        weights.append(_NIGHT + (1 - _NIGHT) * open_)
    total = sum(weights)
    return tuple(weight / total for weight in weights)


#: The shares of an office day's hours in each zone, and of a day without hours.
_DAYS = (*(_office_day(zone) for zone in _ZONES), (1 / _HOURS,) * _HOURS)
_LOG_DAYS = tuple(tuple(log(share) for share in day) for day in _DAYS)


def _usual_day(seen: list[float]) -> list[float]:
    """The office day, by the hour, of the zone that the items tell of; over all zones as long as there are none."""
    told = [(hour, count * _ZONE_CAUTION) for hour, count in enumerate(seen) if count]
    beliefs = _beliefs([sum(count * day[hour] for hour, count in told) for day in _LOG_DAYS])
    usual = [0.0] * _HOURS
    for belief, day in zip(beliefs, _DAYS, strict=True):
        if belief > _NEGLIGIBLE:
            usual = [share + belief * more for share, more in zip(usual, day, strict=True)]
    total = sum(usual)
    return [share / total for share in usual]


def _beliefs(logs: list[float]) -> list[float]:
    best = max(logs)
    weights = [exp(each - best) for each in logs]
    total = sum(weights)
    return [weight / total for weight in weights]


def day_shares(slots: tuple[float, ...]) -> list[float]:
    """The share of the day's items in each slot."""
    counts = [(place, count) for place, count in enumerate(slots) if count]
    usual = _usual_day(_lumped(counts, _PER_HOUR))
    seen = sum(count for _, count in counts)
    lumps = {lump: _lumped(counts, lump) for _, lump in _MODELS}
    beliefs = _beliefs([_log_evidence(lumps[lump], usual, weight, lump) for weight, lump in _MODELS])
    shares = [0.0] * SLOTS
    for lump, counted in lumps.items():
        models = [(belief, weight) for belief, (weight, size) in zip(beliefs, _MODELS, strict=True) if size == lump]
        if sum(belief for belief, _ in models) < _NEGLIGIBLE:
            continue
        # The posterior means of the models that lump alike are one mixture of the usual day and what was counted.
        of_usual = sum(belief * weight / (weight + seen) for belief, weight in models) / _PER_HOUR
        of_count = sum(belief / (weight + seen) for belief, weight in models) / lump
        parts = SLOTS // lump // _HOURS
        mixed = [of_usual * usual[place // parts] + of_count * count for place, count in enumerate(counted)]
        spread = mixed if lump == 1 else [share for share in mixed for _ in range(lump)]
        shares = [share + more for share, more in zip(shares, spread, strict=True)]
    total = sum(shares)
    return [share / total for share in shares]


def _lumped(counts: list[tuple[int, float]], lump: int) -> list[float]:
    lumped = [0.0] * (SLOTS // lump)
    for place, count in counts:
        lumped[place // lump] += count
    return lumped


def _log_evidence(counted: list[float], usual: list[float], weight: float, lump: int) -> float:
    """Log of the Dirichlet-multinomial likelihood, items within a lump spread evenly."""
    parts = len(counted) // _HOURS
    seen = sum(counted)
    result = lgamma(weight) - lgamma(weight + seen) - seen * log(lump)
    for place, count in enumerate(counted):
        if count:
            presumed = weight * usual[place // parts] / parts
            result += lgamma(presumed + count) - lgamma(presumed)
    return result


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
        # An instant before midnight may be rounded up to a slot, or a day, that is none: its integrals are the next's.
        self._shape.append(0.0)
        self._factors = [*factors, 0.0]

    def marks(self, times: Sequence[float]) -> tuple[list[float], list[float]]:
        """Mass and wait at each of `times`, which are in order, reckoned from the Monday before the first of them."""
        monday = times[0] // WEEK * WEEK
        shape, masses, waits = self._shape, self._mass, self._wait
        midnight, factor, come_by, waited_by = self._midnight(monday, times[0])
        mass, wait = [], []
        for time in times:
            hour = time - midnight
            if hour >= DAY:
                midnight, factor, come_by, waited_by = self._midnight(monday, time)
                hour = time - midnight
            place = int(hour * _PER_HOUR)
            within = hour - place * SLOT
            before, come = masses[place], shape[place] * within
            mass.append(come_by + factor * (before + come))
            wait.append(waited_by + come_by * hour + factor * (waits[place] + (before + come / 2) * within))
        return mass, wait

    def _midnight(self, monday: float, time: float) -> tuple[float, float, float, float]:
        """The midnight before `time`, its day's factor, and mass and wait there since a Monday."""
        weeks, hour = divmod(time - monday, WEEK)
        day = int(hour / DAY)
        since = weeks * self._week_mass[7]
        waited = weeks * self._week_wait[7] + since * (WEEK * (weeks - 1) / 2 + day * DAY)
        midnight = monday + weeks * WEEK + day * DAY
        return midnight, self._factors[day], since + self._week_mass[day], waited + self._week_wait[day]

    def mass(self, began: float, ended: float) -> float:
        """The integral of the shape between two moments; it is their distance where the shape is 1."""
        first, last = self.marks((began, ended))[0]
        return last - first

    def roots(self) -> float:
        """The mean of the root of the shape, seen four hours at a time: how much the unevenness saves."""
        step = SLOTS // 6
        blocks = [sqrt((self._mass[at + step] - self._mass[at]) / 4) for at in range(0, SLOTS, step)]
        return sum(blocks) / len(blocks) * sum(sqrt(factor) for factor in self._factors[:7]) / 7

    def drops_between(self, began: float, ended: float) -> list[float]:
        """The ends of bursts within a span, in order: good moments to look."""
        if not self._drops:
            return []
        midnights = range(int(began // DAY), int(ended // DAY) + 1)
        ends = [day * DAY + hour for day in midnights for hour in self._drops]
        return [end for end in ends if began < end <= ended]
