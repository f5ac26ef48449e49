"""RSS, RDF and Atom by feedparser, fed with bytes: it must never open a file or a URL itself."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any
from xml.sax import SAXException

import feedparser

from crawler.reading.page import LONGEST_SUMMARY, LONGEST_WORDS, dated, is_html, item, listed, nothing, plain
from crawler.reading.results import Listed, Page, Unread
from prrwatch import dates
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Item, Precision
from prrwatch.hygiene import one_line
from prrwatch.source import Source
from prrwatch.urls import absolute

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_SURROGATES = range(0xD800, 0xE000)
_LONGEST_REFERENCE = 16  #: digits, more only says the same with zeros in front
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_FURTHER_LANGUAGES = ("pt", "es", "it", "nl", "pl", "id")
_AHEAD = timedelta(days=2)  #: clocks and zones that are wrong


def read_feed(page: Page, source: Source, keep: str | None = None) -> Listed | Unread:
    """The articles of a feed, with `keep` those whose title, summary or text matches it.

    Whatever is no feed, or an empty one, says so by its class.
    """
    entries = entries_of(page)
    if isinstance(entries, Unread):
        return entries
    return listed(_items(entries, page, source, keep), source, keep)


def entries_of(page: Page) -> list[Any] | Unread:
    """The entries as feedparser gives them, at least one, or why there are none."""
    if empty := nothing(page):
        return empty
    try:
        parsed = _parsed(page, page.body)
    except (ValueError, OverflowError):  # feedparser 6.0.14 gives up on references to characters that there are not
        parsed = _parsed(page, _REFERENCE.sub(_real, page.body))
    return parsed.entries or _why_empty(page, parsed)


def _parsed(page: Page, body: bytes) -> Any:
    headers = {"content-type": page.content_type, "content-location": page.url}
    return feedparser.parse(
        io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )


def _real(reference: re.Match[bytes]) -> bytes:
    """The reference if there is such a character (XML 1.0, section 2.2), else nothing."""
    if len(reference[0]) > _LONGEST_REFERENCE:
        return b""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if code <= sys.maxunicode and code not in _SURROGATES else b""


def _why_empty(page: Page, parsed: Any) -> Unread:
    broken = parsed.get("bozo_exception")
    if not parsed.get("version"):
        what = "an HTML page" if is_html(page.body) else "no feed"
        return Unread(Reason.NOT_A_FEED, f"{what} instead of a feed ({page.content_type or 'no content type'})")
    if isinstance(broken, SAXException):
        return Unread(Reason.MALFORMED, f"broken XML: {str(broken)[:200]}")
    return Unread(Reason.EMPTY, "a feed without items")


def _items(entries: list[Any], page: Page, source: Source, keep: str | None) -> Iterator[tuple[Item, str]]:
    for entry in entries:
        if url := address_of(entry, page):
            yield item_of(entry, url, page, source), _words(entry) if keep is not None else ""


def item_of(entry: Any, url: str, page: Page, source: Source) -> Item:
    """An entry as the item at `url`."""
    summary = plain(entry.get("summary"), LONGEST_SUMMARY)
    return item(url, plain(entry.get("title")), _published(entry, source, page.at), summary)


def _words(entry: Any) -> str:
    """All that the feed says of an entry, its whole text where it carries it."""
    texts = (entry.get("title"), entry.get("summary"), *(each.get("value") for each in entry.get("content", ())))
    return "\n".join(plain(text, LONGEST_WORDS) for text in texts)


def address_of(entry: Any, page: Page) -> str | None:
    """The first web address among the links of an entry and its id; some name an `at:` or `mailto:` address first."""
    named = str(entry.get("id") or "")
    links = (
        entry.get("link"),
        *(each.get("href") for each in entry.get("links", ()) if each.get("rel") == "alternate"),
    )
    found = (absolute(page.url, str(link)) for link in links if link)
    return next(filter(None, found), absolute(page.url, named) if named.startswith(("http://", "https://")) else None)


def _published(entry: Any, source: Source, seen: datetime) -> Dated | None:
    for name in ("published", "updated"):
        raw = str(entry.get(name) or "") if name in entry else ""
        if raw and (found := dated(raw, "feed", source, seen) or _feedparsers(entry, name, raw, seen)):
            return found
        # What stands there is a date in whatever language: "Seg, 24 Set 2018".
        if raw and (found := dates.parse(raw, origin="feed", languages=_FURTHER_LANGUAGES, order="DMY", seen=seen)):
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
