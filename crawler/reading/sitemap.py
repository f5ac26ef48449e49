"""Sitemaps and their indexes (sitemaps.org protocol 0.9) by `scrapy.utils.sitemap`, on bytes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots

from crawler.net.decoding import TooLarge, Undecodable, gunzip
from crawler.reading.page import chosen, is_html, item, no_articles, nothing, text_of
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.source import Source
from prrwatch.urls import absolute

_GZIP = b"\x1f\x8b"
_ISO_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_Entry = dict[str, Any]


def read_sitemap(page: Page, source: Source, limit: int) -> Listed | Unread:
    """The articles of a sitemap or the sitemaps of an index, newest `lastmod` first. `limit` bounds a .gz file.

    A robots.txt is an index of the sitemaps that it names.

    `lastmod` says when a page was touched, not when it was published, so it orders and dates nothing.
    """
    if urlsplit(page.url).path == "/robots.txt":
        return _named_in_robots(page)
    if empty := nothing(page):
        return empty
    try:
        body = gunzip(page.body, limit) if page.body.startswith(_GZIP) else page.body
    except TooLarge as error:
        return Unread(Reason.TOO_LARGE, str(error))
    except Undecodable as error:
        return Unread(Reason.MALFORMED, str(error))
    if is_html(body):
        return Unread(Reason.NOT_A_FEED, "an HTML page instead of a sitemap")
    return _read(body, page, source)


def _named_in_robots(page: Page) -> Listed | Unread:
    """The sitemaps that a robots.txt names (sitemaps.org, "Specifying the Sitemap location")."""
    found = (absolute(page.url, url) for url in sitemap_urls_from_robots(text_of(page).encode(), page.url))
    children = tuple(dict.fromkeys(url for url in found if url))
    return Listed((), children=children) if children else Unread(Reason.EMPTY, "robots.txt names no sitemap")


def _read(body: bytes, page: Page, source: Source) -> Listed | Unread:
    try:
        sitemap = Sitemap(body)
        entries = sorted(sitemap, key=_touched, reverse=True)
    except (etree.XMLSyntaxError, StopIteration) as error:
        return Unread(Reason.MALFORMED, f"broken XML: {str(error)[:200]}")
    if sitemap.type not in {"urlset", "sitemapindex"}:
        return Unread(Reason.NOT_A_FEED, f"<{sitemap.type[:40]}> instead of a sitemap")
    found = tuple(url for entry in entries if (url := absolute(page.url, str(entry["loc"]))))
    if not found:
        return Unread(Reason.EMPTY, "a sitemap without addresses")
    if sitemap.type == "sitemapindex":
        return Listed((), children=tuple(dict.fromkeys(found)))
    items = chosen((item(url, None, None) for url in found), source)
    return Listed(items) if items else no_articles(len(found))


def _touched(entry: _Entry) -> str:
    lastmod = str(entry.get("lastmod", ""))
    return lastmod if _ISO_DATE.match(lastmod) else ""
