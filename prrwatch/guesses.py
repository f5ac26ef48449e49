"""Ways that nobody had read when they were written down: one that proves wrong is switched off by itself.

A guess costs a request whenever the ways before it fail, and once a day to compare. It stays off until its address in
the source file changes; `prrwatch sources verify` asks it all the same, and proposes the change of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prrwatch.crawl import Reason
from prrwatch.source import Source

#: What a source file says of ways that nobody has read (seeds/README.md).
UNTRIED = frozenset({"guess", "candidate", "unverified", "method"})
#: The address itself is wrong, or gives something else: asking again tomorrow will not help.
LASTING = frozenset(
    {Reason.HTTP_404, Reason.NOT_A_FEED, Reason.EMPTY, Reason.MALFORMED, Reason.NO_ARTICLES, Reason.LAYOUT_CHANGED}
    | {Reason.REDIRECT_LOOP, Reason.ROBOTS_DISALLOW, Reason.FORBIDDEN_ADDRESS}
)
#: So often in a row a guess must fail for a lasting reason, and never have worked.
TIMES = 3


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a way was read in vain, as far as the store remembers; `worked` when it ever was not."""

    worked: bool
    last: tuple[Reason, ...]  #: classes of its latest failures, latest first


def switched_off(source: Source, tries: Mapping[str, Tries]) -> tuple[int, ...]:
    """Places of the ways not to be asked any more. `tries` tells of ways by URL.

    None while no other way of the source ever worked: the fault may be the host's, and somebody must keep asking.
    """
    wrong = tuple(place for place, way in enumerate(source.ways) if way.status in UNTRIED and _proved(tries, way.url))
    works = any(tries[way.url].worked for way in source.ways if way.url in tries)
    return wrong if works else ()


def _proved(tries: Mapping[str, Tries], url: str) -> bool:
    known = tries.get(url)
    if known is None or known.worked:
        return False
    latest = known.last[:TIMES]
    return len(latest) == TIMES and LASTING.issuperset(latest)
