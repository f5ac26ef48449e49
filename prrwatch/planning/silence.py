"""How long a source may be silent before its own rhythm no longer explains it."""

from __future__ import annotations

from datetime import datetime, timedelta

from prrwatch.planning.clock import DAY, WEEK, hours, moment
from prrwatch.planning.rhythm import Rhythm
from prrwatch.planning.tempo import Tempo

#: A silence that comes about by chance less often than this is one to tell of. Each pause between two items is a trial:
#: a fleet of a hundred sources with an item a day each has some 36,000 a year.
CHANCE = 1e-5
#: Less than this shows no rhythm: days watched, items.
_DAYS, _ITEMS = 7.0, 8.0
#: However lively a source is, a night or a power cut is no silence; however seldom it writes, a year is one.
_SHORTEST, _LONGEST = timedelta(days=1), timedelta(days=400)
#: Hours to which the moment is exact.
_FINE = 0.1


def quiet_from(known: Tempo, rhythm: Rhythm, last_new: datetime) -> datetime | None:
    """From when on a silence since `last_new` is improbable; None while too little is known to say.

    The number of items in a time to come is negative binomial where the rate is a Gamma posterior; a source that
    publishes in bursts has so many fewer independent occasions. With a items in b days, bursts of d, nothing in t days
    has the probability (b / (b + t)) ** (a / d). Days count by the shape of the week: a weekend is a short time.
    """
    if rhythm.days < _DAYS or rhythm.items < _ITEMS:
        return None
    days = rhythm.days + 1
    occasions = known.rate * DAY * days / known.dispersion
    silent = days * (float(CHANCE ** (-1 / occasions)) - 1)
    longest = _LONGEST / timedelta(days=1)
    ends = moment(_after(known, hours(last_new), min(silent, longest) * DAY))
    return min(max(ends, last_new + _SHORTEST), last_new + _LONGEST)


def _after(known: Tempo, began: float, mass: float) -> float:
    """The hour until which `mass` hours of publishing time have passed, by bisection within the last week."""
    a_week = known.week.mass(began, began + WEEK)
    low = began + mass // a_week * WEEK
    high = low + WEEK
    while high - low > _FINE:
        middle = (low + high) / 2
        if known.week.mass(began, middle) < mass:
            low = middle
        else:
            high = middle
    return high
