"""What is believed of a source now: rates, shape of the week, burstiness, window. Built from its rhythm and a prior."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from prrwatch.planning.clock import DAY, hours
from prrwatch.planning.prior import Prior, posterior_share
from prrwatch.planning.rhythm import Rhythm
from prrwatch.planning.week import Week, day_shares, weekday_factors

#: Variance over mean of what comes between looks: presumed, with the weight in items, and at most.
_DISPERSION = (1.5, 15.0, 30.0)
#: Standard deviations kept free between what is expected and a window that overflows: 1 span in 6 exceeds it.
MARGIN = 1.0
#: A tempo is rebuilt between two outlooks when the items behind it have grown by this factor and number.
_MUCH, _MUCH_AT_FIRST = 1.25, 5.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """Rates per hour, and how they are spread. Replaceable at any time by `tempo(rhythm, prior)`."""

    rate: float  #: items an hour
    relevant: float  #: relevant items an hour
    dispersion: float  #: variance over mean of counts; 1 is Poisson
    room: float  #: items that may be expected between two looks so that the window does not overflow; inf = no window
    haste: float  #: 0 to 1, after gaps
    week: Week
    seen: float = 0.0  #: items that it was learned from


def tempo(rhythm: Rhythm, prior: Prior) -> Tempo:
    """The posterior means.

    Publication is Gamma-Poisson, the relevant share lognormal. The expected delay is linear in the relevance rate,
    so its posterior mean is all that an optimal plan needs to know of it, however few the data.
    """
    per_day = (prior.items_per_day * prior.days + rhythm.items) / (prior.days + rhythm.days)
    share = posterior_share(prior, rhythm.judged, rhythm.relevant)
    presumed, weight, most = _DISPERSION
    dispersion = min(max((presumed * weight + rhythm.surprise) / (weight + rhythm.expected), 1.0), most)
    shape = Week(day_shares(rhythm.slots), weekday_factors(rhythm, per_day, dispersion))
    room = _room(rhythm.window, dispersion)
    return Tempo(per_day / DAY, per_day * share / DAY, dispersion, room, rhythm.haste, shape, rhythm.items)


def expected(known: Tempo, since: datetime, until: datetime) -> float:
    """Items that are expected to be published between two moments."""
    return known.rate * known.week.mass(hours(since), hours(until))


def refreshed(known: Tempo, rhythm: Rhythm, prior: Prior) -> Tempo:
    """`known`, brought up to a later rhythm: anew only if much was seen since, for that costs most of a millisecond."""
    if rhythm.items > known.seen * _MUCH + _MUCH_AT_FIRST:
        return tempo(rhythm, prior)
    return replace(known, haste=rhythm.haste) if known.haste != rhythm.haste else known


def _room(window: int | None, dispersion: float) -> float:
    """The largest mean m with m + margin * sqrt(dispersion * m) <= window; at least a third of the window."""
    if window is None:
        return float("inf")
    half = MARGIN * dispersion**0.5 / 2
    root: float = (half * half + window) ** 0.5 - half
    return max(root * root, window / 3)
