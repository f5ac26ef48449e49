"""Posts of WordPress by its REST API (developer.wordpress.org/rest-api/reference/posts)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.reading.page import LONGEST_SUMMARY, LONGEST_WORDS, dated, item, listed, parsed_json, plain
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Item
from prrwatch.source import Source
from prrwatch.urls import absolute


def read_posts(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """The articles among the posts, with `keep` those whose title, excerpt or text matches it.

    An error object of the API is `malformed` with its code, anything else that is no list of posts `layout-changed`.
    """
    answer = parsed_json(page)
    match answer:
        case Unread():
            return answer
        case {"code": str(code), "message": message}:
            return Unread(Reason.MALFORMED, f"the API refuses: {plain(code, 80)}: {plain(message, 160)}")
        case [dict(), *_]:
            found = tuple(_items(answer, page, source))
            return listed(found, source, keep) if found else Unread(Reason.LAYOUT_CHANGED, "no post has a link")
        case []:
            return Unread(Reason.EMPTY, "no posts")
        case _:
            return Unread(Reason.LAYOUT_CHANGED, "JSON that is no list of posts")


def _items(posts: list[Any], page: Page, source: Source) -> Iterator[tuple[Item, str]]:
    for post in posts:
        match post:
            case {"link": str(link)} if url := absolute(page.url, link):
                title, excerpt = _rendered(post, "title"), _rendered(post, "excerpt")
                words = "\n".join(plain(each, LONGEST_WORDS) for each in (title, excerpt, _rendered(post, "content")))
                yield item(url, plain(title), _published(post, source, page), plain(excerpt, LONGEST_SUMMARY)), words


def _rendered(post: dict[str, Any], name: str) -> str:
    match post.get(name):
        case {"rendered": str(text)}:
            return text
        case str(text):
            return text
        case _:
            return ""


def _published(post: dict[str, Any], source: Source, page: Page) -> Dated | None:
    """`date_gmt` is UTC without saying so; `date` is the site's own clock."""
    raw = str(post.get("date_gmt") or "")
    if raw and (at := dated(f"{raw}Z", "api", source, page.at)):
        return replace(at, raw=raw)
    return dated(str(post.get("date") or ""), "api", source, page.at)
