"""What is remembered of a source's publishing: counts that fade. Learning folds looks into them, one after another.

Fading is exponential in time, so that a source that changed its habits is believed again after some weeks, and so that
the counts stay bounded for ever. Relevance fades more slowly: it is rare, and few data must not be thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from prrwatch.planning.clock import DAY, SLOTS, hours, slot, weekday

#: Days after which a count has lost half of its weight: of publication, and of relevance.
HALF_LIFE = 30.0
RELEVANCE_HALF_LIFE = 120.0
#: The first look shows what was published before it. Older than so many hours tells nothing of today.
_FIRST_REACH = 60 * DAY
#: The first look of a busy source shows part of a day only; it says nothing of the hours that it does not cover.
_FIRST_SPAN = 2 * DAY
#: An item of unknown minute is spread over the time in which it must have appeared, if that tells anything of the hour.
_VAGUE = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    """One good pass over a source, as the planner learns from it.

    `fresh` has an entry for each item that was not listed at the look before: when it was published, to the minute or
    better, or None where that is unknown (an undated item, a date without a time).
    """

    at: datetime
    since: datetime | None  #: the good look before; None at the first
    fresh: tuple[datetime | None, ...]
    listed: int | None  #: items listed in all; None when it was not told (a 304)
    gap: bool = False  #: no overlap with the look before: something may have fallen between


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A source's past in counts that fade. The beginning, `Rhythm()`, knows nothing."""

    as_of: datetime | None = None  #: the last look
    days: float = 0.0  #: days watched
    items: float = 0.0  #: items published in them
    judged: float = 0.0  #: documents judged
    relevant: float = 0.0  #: of them
    slots: tuple[float, ...] = (0.0,) * SLOTS  #: items by five minutes of the UTC day
    weekdays: tuple[float, ...] = (0.0,) * 7  #: items by weekday, Monday first
    watched: tuple[float, ...] = (0.0,) * 7  #: days watched by weekday
    expected: float = 0.0  #: items that were expected between looks,
    surprise: float = 0.0  #: and the sum of squares of what came beyond or short of that
    window: int | None = None  #: items that the source lists at a time
    haste: float = 0.0  #: 1 just after a gap, halved by each look without one


def learn(rhythm: Rhythm, look: Look, expected: float | None = None) -> Rhythm:
    """`rhythm` after one more look. `expected`: items that were expected since the look before.

    A look that shows a gap is counted from its oldest item only: what fell between was not watched. A look that is
    older than what is known already (a clock set back) changes nothing.
    """
    if rhythm.as_of is not None and look.at <= rhythm.as_of:
        return rhythm
    at = hours(look.at)
    elapsed = (at - hours(rhythm.as_of)) / DAY if rhythm.as_of else 0.0
    kept, relevance_kept = 0.5 ** (elapsed / HALF_LIFE), 0.5 ** (elapsed / RELEVANCE_HALF_LIFE)
    counts = _count(look, _began(look, at), at)
    told = expected if expected is not None and look.since is not None and not look.gap else None
    return Rhythm(
        as_of=look.at,
        days=rhythm.days * kept + counts.days,
        items=rhythm.items * kept + counts.items,
        judged=rhythm.judged * relevance_kept,
        relevant=rhythm.relevant * relevance_kept,
        slots=_fold(rhythm.slots, kept, counts.slots),
        weekdays=_fold(rhythm.weekdays, kept, counts.weekdays),
        watched=_fold(rhythm.watched, kept, counts.watched),
        expected=rhythm.expected * kept + (0.0 if told is None else told),
        surprise=rhythm.surprise * kept + (0.0 if told is None else (len(look.fresh) - told) ** 2),
        window=look.listed or rhythm.window,
        haste=1.0 if look.gap else rhythm.haste / 2,
    )


def judged(rhythm: Rhythm, documents: int, relevant: int) -> Rhythm:
    """`rhythm` after `documents` of the source were judged for the first time, `relevant` of them relevant."""
    return replace(rhythm, judged=rhythm.judged + documents, relevant=rhythm.relevant + relevant)


def _began(look: Look, at: float) -> float:
    """Since when nothing of the source can have escaped this look."""
    known = [hours(each) for each in look.fresh if each is not None]
    if look.since is not None and not look.gap:
        return hours(look.since)
    earliest = hours(look.since) if look.since else at - _FIRST_REACH
    return min(max(min(known, default=at), earliest), at)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What one look adds; the lists are (place, amount)."""

    days: float
    items: float
    slots: list[tuple[int, float]]
    weekdays: list[tuple[int, float]]
    watched: list[tuple[int, float]]


def _fold(counts: tuple[float, ...], kept: float, added: list[tuple[int, float]]) -> tuple[float, ...]:
    folded = [count * kept if count else 0.0 for count in counts]
    for place, amount in added:
        folded[place] += amount
    return tuple(folded)


def _count(look: Look, began: float, at: float) -> _Counts:
    tells_hours = look.since is not None or at - began >= _FIRST_SPAN
    times: list[float] = []
    counted = 0
    for published in look.fresh:
        when = None if published is None else hours(published)
        if when is not None and look.since is None and when < began:
            continue  # beyond the reach of a first look
        counted += 1
        if when is None or not began <= when <= at:  # it appeared between the looks, whatever it says
            when = (began + at) / 2 if at - began <= _VAGUE else None
        if when is not None and tells_hours:
            times.append(when)
    # The oldest item of a window opens the span that is counted: it is the edge, not one of the items within.
    edge = 1 if counted and (look.gap or look.since is None) else 0
    return _Counts(
        days=(at - began) / DAY,
        items=counted - edge,
        slots=[(slot(when), 1.0) for when in times],
        weekdays=[(weekday(when), 1.0) for when in times],
        watched=_watched(began, at) if tells_hours else [],
    )


def _watched(began: float, at: float) -> list[tuple[int, float]]:
    """The days between two hours by the weekdays on which they fell."""
    spans = []
    while began < at:
        until = min((began // DAY + 1) * DAY, at)
        spans.append((weekday(began), (until - began) / DAY))
        began = until
    return spans
