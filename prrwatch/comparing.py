"""Once a day another way of a source is walked beside the first that works: what each of them alone would have missed.

A way that answers well may still leave something out: a feed without its last section, a listing of one office only.
Nobody sees that but by a second look, and that costs one request a source and day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from prrwatch.crawl import Comparison
from prrwatch.document import Item
from prrwatch.source import Source, WayKind

#: Once a day, also for sources that are read once a day a little early or late.
OFTEN = timedelta(hours=20)
#: Of what the second way lists, so many of the first are taken: a sitemap shows years.
MOST = 50
#: And of one that is to show what fell between two looks.
MOST_OF_GAP = 200
#: Ways of the site itself. A search's hits and what an interface gives are chosen by others, and may cost.
_COMPARABLE = frozenset({WayKind.FEED, WayKind.LISTING, WayKind.WORDPRESS, WayKind.TELEGRAM, WayKind.SITEMAP})


def second_ways(
    source: Source, walked: Mapping[str, datetime], watched_since: datetime | None, now: datetime
) -> tuple[int, ...]:
    """Places of the ways of which the next pass walks one beside the first that works; none when it is not yet time.

    `walked` tells by URL when a way was last walked so: the one that was not for longest comes first. Never before a
    day has passed since the first good pass, because what a source shows then is its past.
    """
    last = max((*walked.values(), watched_since), default=None) if watched_since else None
    if last is None or now - last < OFTEN:
        return ()
    return tuple(
        sorted(comparable(source), key=lambda place: (walked.get(source.ways[place].url, watched_since), place))
    )


def comparable(source: Source) -> tuple[int, ...]:
    """Places of the ways that tell what another way of the source leaves out."""
    return tuple(
        place
        for place, way in enumerate(source.ways)
        if place and way.kind in _COMPARABLE and way.via is None and way.url not in _earlier(source, place)
    )


def compared(against: int, first: Sequence[Item], second: Sequence[Item], known: Collection[str]) -> Comparison:
    """What two ways list of one source at one moment. `known` are the keys that the source had listed before."""
    ours, theirs = {item.key for item in first}, {item.key for item in second}
    alone, other = ours - theirs, theirs - ours
    return Comparison(
        against, len(ours & theirs), len(alone), len(other), len(alone.difference(known)), len(other.difference(known))
    )


def _earlier(source: Source, place: int) -> frozenset[str]:
    """URLs of the ways before: two sets of selectors for one page are one look at it."""
    return frozenset(way.url for way in source.ways[:place])
