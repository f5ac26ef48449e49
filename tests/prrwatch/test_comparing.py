from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prrwatch.comparing import compared, second_ways
from prrwatch.crawl import Comparison
from prrwatch.document import Item
from prrwatch.source import Kind, Source, Way, WayKind

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED, SITEMAP = Way(WayKind.FEED, "https://e.org/feed"), Way(WayKind.SITEMAP, "https://e.org/sitemap.xml")
LISTING = Way(WayKind.LISTING, "https://e.org/news", items=".card")
SEARCH = Way(WayKind.SEARCH, "https://search.org/?q=e.org")


def source(*ways: Way) -> Source:
    return Source("e", "E", "E", Kind.MEDIA, "https://e.org/", ("en",), timedelta(hours=1), 1, "/news/", ways)


@pytest.mark.parametrize(
    ("ways", "walked", "since", "expected"),
    [
        ((FEED, LISTING), {}, NOW - DAY, (1,)),
        ((FEED, LISTING), {}, None, ()),  # the baseline pass is to come
        ((FEED, LISTING), {}, NOW - DAY / 2, ()),  # it was today
        ((FEED, LISTING), {LISTING.url: NOW - DAY / 2}, NOW - 9 * DAY, ()),  # once a day
        ((FEED, LISTING), {LISTING.url: NOW - DAY}, NOW - 9 * DAY, (1,)),
        ((FEED, LISTING, SITEMAP), {LISTING.url: NOW - DAY}, NOW - 9 * DAY, (2, 1)),  # by turns
        ((FEED, LISTING, SITEMAP), {LISTING.url: NOW - DAY, SITEMAP.url: NOW - 2 * DAY}, NOW - 9 * DAY, (2, 1)),
        ((FEED,), {}, NOW - 9 * DAY, ()),
        ((FEED, SEARCH), {}, NOW - 9 * DAY, ()),
        ((LISTING, Way(WayKind.LISTING, LISTING.url, items=".old")), {}, NOW - 9 * DAY, ()),  # one page, two layouts
        ((FEED, Way(WayKind.FEED, "https://other.org/feed", via="other")), {}, NOW - 9 * DAY, ()),
    ],
)
def test_when_and_which_way_is_walked_beside(ways, walked, since, expected):
    assert second_ways(source(*ways), walked, since, NOW) == expected


def test_what_only_one_of_two_ways_lists_is_counted():
    a, b, c, d, e = (Item(f"https://e.org/{name}", name) for name in "abcde")
    assert compared(0, (a, b, c), (b, d, e), known={"a", "d"}) == Comparison(0, 1, 2, 2, 1, 1)
