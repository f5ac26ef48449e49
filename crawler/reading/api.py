"""JSON interfaces of single publishers, told apart by the shape of their answer. A new one is a case and a generator.

- ReliefWeb v2 `/reports` (apidoc.reliefweb.int)
- GDELT DOC 2.0 `mode=ArtList` (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts)
- gov.kz `content-manager/news`: undocumented; a list of news with `id`, `title`, `created_date`, `body`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.reading.page import LONGEST_SUMMARY, LONGEST_WORDS, dated, item, listed, parsed_json, plain
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Item
from prrwatch.source import Source
from prrwatch.urls import absolute

_Found = Iterator[tuple[Item, str]]


def read_api(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """The articles of an interface that we know; JSON of another shape is `layout-changed`."""
    answer = parsed_json(page)
    match answer:
        case Unread():
            return answer
        case [] | {"data": []} | {"articles": []}:
            return Unread(Reason.EMPTY, "an answer without entries")
        case {"articles": [dict(), *_] as entries}:
            found = _gdelt(entries, page)
        case {"data": [{"fields": dict()}, *_] as entries}:
            found = _reliefweb(entries, page, source)
        case [{"id": _, "title": _}, *_] as entries if "/content-manager/" in urlsplit(page.url).path:
            found = _gov_kz(entries, page, source)
        case _:
            return Unread(Reason.LAYOUT_CHANGED, "JSON of no interface that we know")
    read = tuple(found)
    return listed(read, source, keep) if read else Unread(Reason.LAYOUT_CHANGED, "no entry has an address")


def _gdelt(entries: list[Any], page: Page) -> _Found:
    """`seendate` is when GDELT saw the page, not when it was published, so it dates nothing."""
    for entry in entries:
        match entry:
            case {"url": str(link)} if url := absolute(page.url, link):
                title = plain(entry.get("title"))
                yield item(url, title, None), title


def _reliefweb(entries: list[Any], page: Page, source: Source) -> _Found:
    for entry in entries:
        match entry:
            case {"fields": dict(fields)} if url := _report(entry, fields, page):
                title = plain(fields.get("title"))
                body = plain(fields.get("body-html") or fields.get("body"), LONGEST_WORDS)
                yield item(url, title, _reported(fields, page, source), body[:LONGEST_SUMMARY]), f"{title}\n{body}"


def _report(entry: dict[str, Any], fields: dict[str, Any], page: Page) -> str | None:
    for name in ("url_alias", "url"):
        if url := absolute(page.url, str(fields.get(name) or "")):
            return url
    number = str(entry.get("id") or "")
    return f"https://reliefweb.int/node/{number}" if number.isdecimal() else None


def _reported(fields: dict[str, Any], page: Page, source: Source) -> Dated | None:
    """`original` is the day of the report itself, `created` when ReliefWeb posted it."""
    match fields.get("date"):
        case {"original": str(raw)} | {"created": str(raw)}:
            return dated(raw, "api", source, page.at)
        case _:
            return None


def _gov_kz(entries: list[Any], page: Page, source: Source) -> _Found:
    project = parse_qs(urlsplit(page.url).query).get("projects", [""])[0].removeprefix("eq:")
    for entry in entries:
        match entry:
            case {"id": int() | str() as number, "title": str(words)}:
                path = f"/memleket/entities/{project}/press/news/details/{number}?lang={source.languages[0]}"
                if url := absolute(page.url, path):
                    published = dated(str(entry.get("created_date") or ""), "api", source, page.at)
                    body = plain(entry.get("body"), LONGEST_WORDS)
                    yield item(url, plain(words), published, body[:LONGEST_SUMMARY]), f"{words}\n{body}"
