"""Republishers: `way = "republisher"` names another source of the catalogue that carries this one's articles.

The worker knows no catalogue, so such a way is resolved when the catalogue is read: into the ways of that other source
that show more than addresses, each with this source's `keep`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from prrwatch.source import Source, Way, WayKind

#: Ways that show at most titles or addresses, and such as cost the carrier's key or terms: `keep` cannot judge by them.
_NOT_CARRIED = frozenset({WayKind.SITEMAP, WayKind.SEARCH, WayKind.REPUBLISHER})


def resolved(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources with the ways of the sources that carry them in the place of their republishers, one step deep."""
    every = tuple(sources)
    by_id = {source.id: source for source in every}
    return tuple(replace(source, ways=_ways(source, by_id)) for source in every)


def _ways(source: Source, by_id: Mapping[str, Source]) -> tuple[Way, ...]:
    """A republisher that is no source, or has no way to give, stays: the rules or the first pass tell of it."""
    ways: list[Way] = []
    for way in source.ways:
        carrier = by_id.get(way.url) if way.kind is WayKind.REPUBLISHER else None
        ways += _carried(way, carrier) if carrier else (way,)
    return tuple(ways) or source.ways


def _carried(way: Way, carrier: Source) -> list[Way]:
    """With `keep`, those of the carrier's own articles that it matches; without, its links to this source."""
    article = carrier.article if way.keep else None
    return [
        replace(each, via=carrier.id, keep=way.keep, article=article)
        for each in carrier.ways
        if each.kind not in _NOT_CARRIED and "{" not in each.url
    ]
