"""Occasions: which documents tell of one event, and what is known of it from all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from prrwatch.events.record import Event, Kind, Status

_WORD = re.compile(r"\w{4,}|\d+")
#: Share of the words of the shorter name that the other must have, so that two names are one event's.
_ALIKE = 0.6
#: Kinds of which one town sees many a day: names must agree too.
_MANY_A_DAY = frozenset({Kind.HEARING})
_CALLED_OFF = frozenset({Status.CANCELLED, Status.MOVED})


@dataclass(frozen=True, slots=True)
class Mention:
    """An event as one version of one document tells it."""

    event: Event
    document: int
    version: int
    n: int  #: place among the events of the version
    told: datetime  #: published, else first seen
    is_current: bool  #: the version is the document's present one
    is_official: bool = False  #: its publisher is an authority


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event, as all its mentions tell it."""

    id: str
    name: str
    kind: Kind
    status: Status
    start: date | None
    end: date | None
    first_start: date | None  #: the day that was announced first, where it was moved
    place: str | None
    organisers: tuple[str, ...]
    announced_by: int | None = None  #: the first document that spoke of it beforehand
    reported_by: int | None = None  #: the first that reported it


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An occasion as calendars and exports need it."""

    occasion: Occasion
    announced_url: str | None
    reported_url: str | None
    stories: tuple[str, ...]  #: that tell of it
    documents: int  #: that tell of it
    sequence: int  #: how often what is known of it changed
    opened: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known occasion that a newly read event may be, and how it is tied to the document that tells it."""

    occasion: Occasion
    told_by_document: bool  #: another version of the same document tells of it
    told_in_story: bool  #: another document of the same story does


def occasion_id(key: str, event: Event) -> str:
    """The token of the occasion that the document with this canonical key told first: `e-` and 16 hex digits."""
    said = (key, event.kind, _iso(_start(event)), "" if event.start else event.name)
    return "e-" + blake2b("\0".join(said).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def assign(events: Sequence[Event], candidates: Sequence[Candidate]) -> tuple[str | None, ...]:
    """For each event of one document the id of the occasion among `candidates` that it is; None for a new one.

    The same day is one event where the document, the story, or place and name say so. Another day is one event only
    where the same document changed its mind, or where it is told that an event of the story was moved or called off.
    Two events of one document are never one occasion; the closest ties are made first.
    """
    ties = sorted(
        (
            (fit, each.occasion.id, at)
            for at, event in enumerate(events)
            for each in candidates
            if (fit := _fit(event, each))
        ),
        key=lambda tie: (-tie[0], tie[1], tie[2]),
    )
    found: dict[int, str] = {}
    for _, identity, at in ties:
        if at not in found and identity not in found.values():
            found[at] = identity
    return tuple(found.get(at) for at in range(len(events)))


def is_one(one: Occasion, other: Occasion) -> bool:
    """Whether what two documents of one story tell of is one event: the same day, or one unknown and names alike."""
    if one.kind is not other.kind:
        return False
    days = {one.start, one.first_start} & {other.start, other.first_start} - {None}
    alike = _are_alike(one.name, other.name)
    if one.kind in _MANY_A_DAY and not alike:
        return False
    return bool(days) or (alike and None in (one.start, other.start))


def occasion(identity: str, mentions: Sequence[Mention]) -> Occasion:
    """What is known of an event from all its mentions, at least one. Their order does not matter.

    1. Present versions count; replaced ones tell only which day was announced first.
    2. What was said last holds, but a report is not undone by a late copy of the announcement, nor is a cancellation.
    3. Name and place are the official publisher's, then the first's; what they lack comes from the others.
    """
    everyone = sorted(mentions, key=lambda each: (each.told, each.document, each.version, each.n))
    present = [each for each in everyone if each.is_current] or everyone
    leading = sorted(present, key=lambda each: not each.is_official)
    standing = _standing(present)
    start = _start(standing.event) or next((day for each in present if (day := _start(each.event))), None)
    first = next((day for each in everyone if (day := _start(each.event))), None)
    moved = first != start and first is not None
    status = Status.MOVED if moved and standing.event.status is Status.ANNOUNCED else standing.event.status
    return Occasion(
        id=identity,
        name=leading[0].event.name,
        kind=leading[0].event.kind,
        status=status,
        start=start,
        end=_end(start, present),
        first_start=first if moved else None,
        place=next((each.event.place for each in leading if each.event.place), None),
        organisers=max((each.event.organisers for each in leading), key=len),
        announced_by=_first(everyone, {Status.ANNOUNCED, *_CALLED_OFF}),
        reported_by=_first(present, {Status.HELD}),
    )


def _fit(event: Event, candidate: Candidate) -> int:
    """How close the tie is: 0 for none. By the document before the story before the place, then by day and name."""
    known = candidate.occasion
    if known.kind is not event.kind:
        return 0
    start = _start(event)
    same_day = start is not None and start in {known.start, known.first_start}
    alike = _are_alike(event.name, known.name)
    closeness = 2 * same_day + alike
    if candidate.told_by_document:
        return (20 + closeness) * (same_day or _is_corrected(event, known, alike=alike))
    if candidate.told_in_story:
        unknown_day = start is None or known.start is None
        return (10 + closeness) * (same_day or (alike and unknown_day) or _is_called_off(event, known))
    same_place = event.place is not None and event.place == known.place
    return closeness * (same_day and same_place and (alike or known.kind not in _MANY_A_DAY))


def _is_corrected(event: Event, known: Occasion, *, alike: bool) -> bool:
    """Its document told of another day before. What was held stays: an announcement beside it is of the next one."""
    return (alike or event.status in _CALLED_OFF) and not (
        known.status is Status.HELD and event.status is not Status.HELD
    )


def _is_called_off(event: Event, known: Occasion) -> bool:
    """It is told that the one that was announced is not held, or not then."""
    elsewhere = None not in (event.place, known.place) and event.place != known.place
    return event.status in _CALLED_OFF and known.status is not Status.HELD and not elsewhere


def _standing(present: Sequence[Mention]) -> Mention:
    """The mention whose status and day hold."""
    holds = present[0]
    for each in present[1:]:
        if _overrules(each.event, holds.event):
            holds = each
    return holds


def _overrules(later: Event, earlier: Event) -> bool:
    if later.status is Status.HELD or earlier.status is Status.HELD:
        return later.status is Status.HELD and (earlier.status is not Status.HELD or _start(earlier) is None)
    if later.status is Status.ANNOUNCED and earlier.status in _CALLED_OFF:
        return False
    return _start(later) is not None or later.status is Status.CANCELLED


def _end(start: date | None, present: Sequence[Mention]) -> date | None:
    """The last day, from a mention that begins on the day that holds."""
    ends = [each.event.end.at.date() for each in present if each.event.end and _start(each.event) == start]
    return max((end for end in ends if start and end > start), default=None)


def _first(mentions: Sequence[Mention], statuses: Collection[Status]) -> int | None:
    return next((each.document for each in mentions if each.event.status in statuses), None)


def _are_alike(one: str, other: str) -> bool:
    mine, theirs = ({word.casefold() for word in _WORD.findall(name)} for name in (one, other))
    shorter = min(len(mine), len(theirs))
    return shorter > 0 and len(mine & theirs) / shorter >= _ALIKE


def _start(event: Event) -> date | None:
    return event.start.at.date() if event.start else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
