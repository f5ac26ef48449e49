"""Did something fall between two looks? What both of them list proves that nothing did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prrwatch.crawl import WayRead
from prrwatch.document import Dated, Item, Precision
from prrwatch.planning.rhythm import Look

#: A date as exact as this tells the hour.
_EXACT = (Precision.MINUTE, Precision.SECOND)

#: Common items that prove that nothing fell between two reads.
_PROOF = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two looks at a way more may have been published than it lists at a time. Recorded, shown and answered.

    Answered in two ways: the planner looks sooner (`Look.gap`), and the next pass walks on to further pages of the way,
    or reads the source's other ways, until something known turns up.
    """

    source: str
    way: int  #: its place in `Source.ways`
    since: datetime  #: the look before
    until: datetime  #: the look that shares nothing with it
    listed: int  #: items that it listed, all of them new
    reaches_back_to: datetime | None  #: the oldest date among them: what was published from then on is not missing
    expected: float | None  #: items that were expected between the looks


def gap(before: WayRead, now: WayRead, expected: float | None = None) -> Gap | None:
    """The gap between two good reads of one way, or None where there is none.

    An item proves continuity if both reads list it with the same date: a feed drops its oldest items first, so what
    stands between it and today was listed too. An item whose date has moved was edited and lifted to the top, one that
    stands above newer ones is pinned there: both stay while others fall, and prove nothing. One common item alone is
    no proof where more could be: beneath it items may have fallen that were listed late (seen in a real feed of ten).
    A read that lists nothing, or was answered by 304, shows no gap.
    """
    if now.unchanged or now.failure or before.failure or not now.items or not before.items:
        return None
    known = {item.key: item.published for item in before.items}
    common = sum(
        item.key in known and _unmoved(known[item.key], item.published, before.at) for item in _unpinned(now.items)
    )
    if common >= min(_PROOF, len(before.items), len(now.items)):
        return None
    exact = [at for item in now.items if (at := minute_of(item.published)) is not None]
    return Gap(now.source, now.way, before.at, now.at, len(now.items), min(exact, default=None), expected)


def _unmoved(before: Dated | None, now: Dated | None, looked: datetime) -> bool:
    """Whether an item's date is what it was: whatever words say it ("2 hours ago"), it lies before the first look."""
    if before is None or now is None:
        return before is now
    same = (before.at, before.precision) == (now.at, now.precision)
    return same or (now.precision in _EXACT and now.at <= looked)


def _unpinned(items: tuple[Item, ...]) -> Iterable[Item]:
    """The items that do not stand above a newer one; from the end, so that one pass does it."""
    newest: datetime | None = None
    for item in reversed(items):
        at = item.published.at if item.published else None
        if at is not None and newest is not None and at < newest:
            continue
        newest = at or newest
        yield item


def minute_of(published: Dated | None) -> datetime | None:
    """When it was published, if that is known to the minute."""
    return published.at if published is not None and published.precision in _EXACT else None


def look(before: WayRead | None, now: WayRead, known: frozenset[str], expected: float | None = None) -> Look:
    """What the planner learns from a good read of a source's leading way.

    `before` is the good read before it, None at the first; `known` the keys of all items that the source ever listed:
    an item that was gone and is back is not published anew.
    """
    fresh = tuple(minute_of(item.published) for item in now.items if item.key not in known)
    fell = before is not None and gap(before, now, expected) is not None
    listed = None if now.unchanged else len(now.items)
    return Look(now.at, before.at if before else None, fresh, listed, fell)
