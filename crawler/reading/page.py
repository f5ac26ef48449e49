"""What the readers of discovery pages share."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from w3lib.encoding import html_to_unicode
from w3lib.html import remove_tags

from crawler.reading.results import Listed, Page, Unread
from prrwatch import dates, urls
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Item
from prrwatch.hygiene import one_line
from prrwatch.source import Source

#: Listed by one page; a longer list is cut, newest first where the page says which is new.
MOST_ITEMS = 5000
#: A body shorter than this holds no list of anything; an empty RSS element alone is longer.
_SHORTEST = 32
_HEAD = 2048
#: Characters of a summary that are stored.
LONGEST_SUMMARY = 2000
LONGEST_WORDS = 20_000  #: characters of an entry that `keep` is held against
_LONGEST_MARKUP = 60_000  #: characters of markup that are looked at
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SCRIPTS = re.compile(rb"<(script|style|noscript|template)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")


def chosen(found: Iterable[Item], source: Source) -> tuple[Item, ...]:
    """Those of the found items that are articles of the source, each key once, in order."""
    article = re.compile(source.article)
    items: dict[str, Item] = {}
    for item in found:
        if item.key not in items and article.search(item.url):
            items[item.key] = item
            if len(items) == MOST_ITEMS:
                break
    return tuple(items.values())


def listed(found: Iterable[tuple[Item, str]], source: Source, keep: str | None) -> Listed | Unread:
    """The articles among entries and their words; of those, where `keep` is given, the ones whose words match it.

    A page all of whose entries are somebody else's was read well: it lists nothing.
    """
    entries = tuple(found)
    kept = [item for item, words in entries if keep is None or re.search(keep, words)]
    items = chosen(kept, source)
    others = len(entries) - len(kept)
    return Listed(items, others=others) if items or (others and not kept) else no_articles(len(kept))


def no_articles(found: int) -> Unread:
    """None of the links that a page lists is an article of the source."""
    return Unread(Reason.NO_ARTICLES, f"none of {found} listed links matches `article`")


def nothing(page: Page) -> Unread | None:
    """The failure of a body that is too short to hold anything."""
    size = len(page.body)
    if len(page.body.strip()) < _SHORTEST:
        return Unread(Reason.EMPTY, f"a body of {size} bytes")
    return None


def parsed_json(page: Page) -> Any | Unread:
    """The JSON value of a page (RFC 8259), or why there is none."""
    if empty := nothing(page):
        return empty
    if is_html(page.body):
        return Unread(Reason.NOT_A_FEED, f"an HTML page instead of JSON ({page.content_type or 'no content type'})")
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError) as error:
        return Unread(Reason.MALFORMED, f"no JSON: {str(error)[:200]}")


def plain(markup: object, limit: int = 300) -> str:
    """A title or summary without tags and entities, on one line; "" for what is no text."""
    bare = markup[:_LONGEST_MARKUP] if isinstance(markup, str) else ""
    return one_line(html.unescape(remove_tags(bare) if "<" in bare else bare), limit)


def is_html(body: bytes) -> bool:
    """Whether a body that should be XML is an HTML page."""
    return bool(_HTML.search(body[:_HEAD]))


def text_of(page: Page) -> str:
    """The page as text, by its HTTP header, BOM or meta element, else as UTF-8; without characters that XML forbids.

    lxml reads a name of an attribute with one in it, and then refuses to give its value (ValueError).
    """
    _, text = html_to_unicode(page.content_type or None, page.body, default_encoding="utf-8")
    return _NO_XML.sub(" ", text)


def visible_size(page: Page) -> int:
    """Bytes of the page outside of tags and scripts, roughly: tells a full page from an empty shell."""
    return len(b" ".join(_TAG.sub(b" ", _SCRIPTS.sub(b" ", page.body)).split()))


def item(url: str, title: str | None, published: Dated | None, summary: str | None = None) -> Item:
    """An item under its key."""
    return Item(url=url, key=urls.key(url), title=title or None, published=published, summary=summary or None)


def dated(raw: str, origin: str, source: Source, seen: datetime) -> Dated | None:
    """A date as this source writes it; None when it cannot be told."""
    if not raw.strip():
        return None
    return dates.parse(
        raw,
        origin=origin,
        languages=source.languages,
        order=source.date_order,
        timezone=source.timezone,
        seen=seen,
    )
