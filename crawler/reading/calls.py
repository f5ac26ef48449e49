"""What the reading processes are asked to do.

The worker imports this module only to name the calls, so the parsers are imported in the bodies: they would cost it a
second and 60 MB, and it must not parse anything itself.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.reading import gate
from crawler.reading.results import Listed, Page, Unread
from prrwatch.document import Document, Item
from prrwatch.source import Source, Way

if TYPE_CHECKING:
    from prrwatch.relevance import Ruleset


def feed(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """See `crawler.reading.feed.read_feed`."""
    from crawler.reading.feed import read_feed

    return read_feed(page, source, keep)


def feed_links(page: Page) -> Listed | Unread:
    """See `crawler.reading.links.feed_links`."""
    from crawler.reading.links import feed_links

    return feed_links(page)


def wordpress(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """See `crawler.reading.wordpress.read_posts`."""
    from crawler.reading.wordpress import read_posts

    return read_posts(page, source, keep)


def telegram(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """See `crawler.reading.telegram.read_channel`."""
    from crawler.reading.telegram import read_channel

    return read_channel(page, source, keep)


def api(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """See `crawler.reading.api.read_api`."""
    from crawler.reading.api import read_api

    return read_api(page, source, keep)


def search(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """See `crawler.reading.search.read_search`."""
    from crawler.reading.search import read_search

    return read_search(page, source, keep)


def sitemap(page: Page, source: Source, limit: int) -> Listed | Unread:
    """See `crawler.reading.sitemap.read_sitemap`."""
    from crawler.reading.sitemap import read_sitemap

    return read_sitemap(page, source, limit)


def listing(page: Page, source: Source, way: Way) -> Listed | Unread:
    """See `crawler.reading.listing.read_listing`."""
    from crawler.reading.listing import read_listing

    return read_listing(page, source, way)


def article(page: Page, source: Source, item: Item | None) -> Document | Unread:
    """See `crawler.extract.extract`; the post of a channel has a reader of its own.

    The text of a page that the rules could not match is taken the cheap way.
    """
    return _article(page, source, item, gate.rules())


def whole_article(page: Page, source: Source, item: Item | None) -> Document | Unread:
    """The same in full, whatever the page holds: one that was read in full before must not seem to have changed."""
    return _article(page, source, item, None)


def _article(page: Page, source: Source, item: Item | None, rules: Ruleset | None) -> Document | Unread:
    from crawler.extract import Unusable, extract
    from crawler.reading.telegram import is_post, read_post

    if is_post(page):
        return read_post(page, source, item)
    got = extract(
        page.body,
        url=page.url,
        source=source,
        fetched=page.at,
        media_type=page.media_type,
        charset=page.charset,
        item=item,
        rules=rules,
    )
    return Unread(got.reason, got.detail) if isinstance(got, Unusable) else got


def warm_up(now: datetime) -> None:
    """Load all that the first page would have to wait for: a fresh process then starts with it (0.8 s, measured)."""
    from crawler.extract import saved
    from crawler.reading import feed as _feed
    from crawler.reading import listing as _listing
    from crawler.reading import sitemap as _sitemap

    del _feed, _listing, _sitemap
    page = f"<html><body><article><h1>Title</h1>{'<p>A sentence of some words.</p>' * 20}</article></body></html>"
    saved(page.encode(), "http://example.org/", now)
    if rules := gate.rules():
        rules.gate.make_ready()
