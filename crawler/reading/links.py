"""Feeds that an HTML page names: `link rel=alternate` (RSS Advisory Board, "RSS Autodiscovery"; RFC 4287)."""

from __future__ import annotations

from parsel import Selector
from w3lib.html import get_base_url

from crawler.reading.page import nothing, text_of
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.urls import absolute

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+xml"})
_MOST_LINKS = 200


def feed_links(page: Page) -> Listed | Unread:
    """The feeds of the page as `children`, in its order, those of comments last."""
    if empty := nothing(page):
        return empty
    text = text_of(page)
    base = get_base_url(text, page.url)
    found = []
    for link in Selector(text=text, type="html").css("link[rel][type][href]")[:_MOST_LINKS]:
        kind = link.attrib["type"].partition(";")[0].strip().lower()
        if kind in _FEED_TYPES and "alternate" in link.attrib["rel"].lower().split():
            found.append(absolute(base, link.attrib["href"]))
    feeds = sorted(dict.fromkeys(url for url in found if url), key=lambda url: "comment" in url)
    return Listed((), children=tuple(feeds)) if feeds else Unread(Reason.EMPTY, "a page that names no feed")
