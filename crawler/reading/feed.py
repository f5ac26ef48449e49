"""RSS, RDF and Atom by feedparser, fed with bytes: it must never open a file or a URL itself."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any
from xml.sax import SAXException

import feedparser
from w3lib.html import remove_tags

from crawler.reading.page import chosen, dated, is_html, item, no_articles, nothing
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Item, Precision
from prrwatch.hygiene import one_line
from prrwatch.source import Source
from prrwatch.urls import absolute

_LONGEST_SUMMARY = 2000
_LONGEST_MARKUP = 20_000  #: characters of a summary's markup that are looked at
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)  #: clocks and zones that are wrong


def read_feed(page: Page, source: Source) -> Listed | Unread:
    """The articles of a feed. Whatever is no feed, or an empty one, says so by its class."""
    if empty := nothing(page):
        return empty
    headers = {"content-type": page.content_type, "content-location": page.url}
    parsed = feedparser.parse(
        io.BytesIO(page.body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    if not parsed.entries:
        return _why_empty(page, parsed)
    found = tuple(_items(parsed.entries, page, source))
    items = chosen(found, source)
    return Listed(items) if items else no_articles(len(found))


def _why_empty(page: Page, parsed: Any) -> Unread:
    broken = parsed.get("bozo_exception")
    if not parsed.get("version"):
        what = "an HTML page" if is_html(page.body) else "no feed"
        return Unread(Reason.NOT_A_FEED, f"{what} instead of a feed ({page.content_type or 'no content type'})")
    if isinstance(broken, SAXException):
        return Unread(Reason.MALFORMED, f"broken XML: {str(broken)[:200]}")
    return Unread(Reason.EMPTY, "a feed without items")


def _items(entries: list[Any], page: Page, source: Source) -> Iterator[Item]:
    for entry in entries:
        url = absolute(page.url, entry.get("link") or _permalink(entry))
        if url is not None:
            yield item(url, _plain(entry.get("title")), _published(entry, source, page.at), _summary(entry))


def _permalink(entry: Any) -> str:
    named = str(entry.get("id") or "")
    return named if named.startswith(("http://", "https://")) else ""


def _plain(markup: str | None, limit: int = 300) -> str:
    bare = (markup or "")[:_LONGEST_MARKUP]
    return one_line(html.unescape(remove_tags(bare) if "<" in bare else bare), limit)


def _summary(entry: Any) -> str:
    return _plain(entry.get("summary"), _LONGEST_SUMMARY)


def _published(entry: Any, source: Source, seen: datetime) -> Dated | None:
    for name in ("published", "updated"):
        raw = str(entry.get(name) or "") if name in entry else ""
        if raw and (found := dated(raw, "feed", source, seen) or _feedparsers(entry, name, raw, seen)):
            return found
    return None


def _feedparsers(entry: Any, name: str, raw: str, seen: datetime) -> Dated | None:
    """Reading of feedparser, to the day: it takes a time without a zone for UTC."""
    parsed: struct_time | None = entry.get(f"{name}_parsed")
    if parsed is None:
        return None
    try:
        at = datetime(*parsed[:3], tzinfo=UTC)
    except ValueError:
        return None
    return Dated(at, Precision.DAY, one_line(raw), "feed") if _OLDEST < at < seen + _AHEAD else None
