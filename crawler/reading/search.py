"""The feed of a search engine: a fall-back for sites that give no list of their own.

Engines wrap the links of their hits. Google News once wrote the address into the wrapping (base64), now it keeps most
of them to itself; Bing and others have it as a parameter. What cannot be unwrapped cannot be read, and is counted.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.reading.feed import entries_of, item_of
from crawler.reading.page import listed
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.source import Source, WayKind
from prrwatch.urls import absolute, key

_GOOGLE_NEWS = re.compile(r"/(?:rss/)?articles/([A-Za-z0-9_-]{16,4000})")
_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")
_PARAMETERS = ("url", "u", "q")


def read_search(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """The hits on the source's own hosts, links unwrapped. `no-articles` says how many hits were of no use and why."""
    entries = entries_of(page)
    if isinstance(entries, Unread):
        return entries
    hits = tuple(_hits(entries, page))
    own = _hosts(source)
    found = [item_of(entry, url, page, source) for entry, url in hits if url and _host(url).endswith(own)]
    got = listed(((each, f"{each.title}\n{each.summary}") for each in found), source, keep)
    if isinstance(got, Unread):
        wrapped = sum(url is None for _, url in hits)
        return Unread(Reason.NO_ARTICLES, f"{len(hits)} hits, {wrapped} of them wrapped beyond reading, no article")
    return got


def unwrapped(url: str) -> str | None:
    """The address inside the link of a hit; the link itself where nothing is wrapped; None where it cannot be told."""
    parts = urlsplit(url)
    if match := _GOOGLE_NEWS.fullmatch(parts.path):
        return _written_in(match[1])
    named = (value for name in _PARAMETERS for value in parse_qs(parts.query).get(name, ()))
    return next((value for value in named if value.startswith(("http://", "https://"))), url)


def _written_in(word: str) -> str | None:
    """The first address in the protocol buffer: its length stands before it, for what follows may look like more."""
    try:
        message = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except (binascii.Error, ValueError):
        return None
    found = _ADDRESS.search(message)
    if found is None:
        return None
    return found[0][: _varint_before(message, found.start())].decode("ascii") or None


def _varint_before(message: bytes, end: int) -> int:
    """The length that stands in the one or two bytes before `end` (protocol buffers, base 128, low group first)."""
    low = message[end - 1] if end else 0
    if end > 1 and message[end - 2] & 0x80 and low:
        return (message[end - 2] & 0x7F) | low << 7
    return low


def _hits(entries: list[Any], page: Page) -> Iterator[tuple[Any, str | None]]:
    for entry in entries:
        if link := absolute(page.url, str(entry.get("link") or "")):
            inner = unwrapped(link)
            yield entry, absolute(page.url, inner) if inner else None


def _hosts(source: Source) -> tuple[str, ...]:
    """What a hit's host must end with: the hosts that the source itself is read from."""
    ways = (way.url for way in source.ways if way.kind is not WayKind.SEARCH and way.via is None)
    return tuple({_host(url) for url in (source.homepage, *ways)})


def _host(url: str) -> str:
    """With a dot before it, so that `.example.org` ends `.news.example.org` and not `.badexample.org`."""
    return "." + key(url).partition("/")[0]
