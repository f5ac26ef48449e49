"""The public preview of a Telegram channel (t.me/s/<channel>) and the page of one of its posts.

Undocumented HTML; the classes `tgme_*` have been the same for years, and many readers rely on them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsel import Selector
from w3lib.html import replace_tags

from crawler.reading.page import LONGEST_SUMMARY, MOST_ITEMS, dated, item, nothing, text_of
from crawler.reading.results import Listed, Page, Unread
from prrwatch import language
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Document, Item
from prrwatch.hygiene import clean, one_line
from prrwatch.source import Source
from prrwatch.urls import absolute, host_key, key

_POST = ".tgme_widget_message[data-post]"
#: The text of a post, not the words of the one that it answers.
_TEXT = ".tgme_widget_message_text:not(.js-message_reply_text)"
_NAME = re.compile(r"[A-Za-z0-9_]{3,64}/\d{1,12}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.org", "telegram.dog"})


def read_channel(page: Page, source: Source, keep: str | None) -> Listed | Unread:
    """The posts, newest first: each the article that it links to where `article` matches that, else itself.

    `keep` picks posts by their text. Posts without text are left out. A channel without a preview is `empty`.
    """
    if empty := nothing(page):
        return empty
    root = Selector(text=text_of(page), type="html")
    posts = [post for post in root.css(_POST) if _NAME.fullmatch(post.attrib["data-post"])][-MOST_ITEMS:]
    spoken = [(post, text) for post in reversed(posts) if (text := _text(post))]
    if not spoken:
        return _why_empty(root, len(posts))
    kept = [_item(post, text, page, source) for post, text in spoken if keep is None or re.search(keep, text)]
    items = {each.key: each for each in reversed(kept)}
    return Listed(tuple(reversed(items.values())), others=len(spoken) - len(kept))


def is_post(page: Page) -> bool:
    """Whether this is the page of one post, as we ask for it."""
    return "embed=1" in urlsplit(page.url).query and b"tgme_widget_message" in page.body


def read_post(page: Page, source: Source, sighting: Item | None) -> Document | Unread:
    """A post as a document: its first line as title. `http-404` where the page says that there is no such post."""
    root = Selector(text=text_of(page), type="html")
    if root.css(".tgme_widget_message_error"):
        return Unread(Reason.HTTP_404, "answered 200, but says that there is no such post")
    text = next((text for post in root.css(_POST) if (text := _text(post))), "")
    if not text:
        return Unread(Reason.NO_ARTICLES, "a post without text")
    return Document(
        key=sighting.key if sighting else key(page.url),
        url=page.url,
        source=source.id,
        title=_first_line(text),
        text=text,
        language=language.of(text),
        published=_published(root.css(_POST)[0], page, source),
        issuer=None,
        fetched=page.at,
    )


def _item(post: Selector, text: str, page: Page, source: Source) -> Item:
    url = _article(post, page, source) or _address(post, page)
    return item(url, _first_line(text), _published(post, page, source), one_line(text, LONGEST_SUMMARY))


def _article(post: Selector, page: Page, source: Source) -> str | None:
    outside = (url for url in _links(post, page) if host_key(url) not in _TELEGRAM | {host_key(page.url)})
    return next((url for url in outside if re.search(source.article, url)), None)


def _links(post: Selector, page: Page) -> Iterator[str]:
    for place in (f"{_TEXT} a::attr(href)", "a.tgme_widget_message_link_preview::attr(href)"):
        for link in post.css(place).getall():
            if url := absolute(page.url, link):
                yield url


def _address(post: Selector, page: Page) -> str:
    """The one page that shows this post and no other."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}/{post.attrib['data-post']}?embed=1"


def _text(post: Selector) -> str:
    found = post.css(_TEXT)
    if not found:
        return ""
    lines = html.unescape(replace_tags(_BREAK.sub("\n", found[0].get()))).splitlines()
    return clean("\n".join(" ".join(line.split()) for line in lines)).strip()


def _first_line(text: str) -> str:
    return one_line(text.partition("\n")[0])


def _published(post: Selector, page: Page, source: Source) -> Dated | None:
    raw = post.css(".tgme_widget_message_date time::attr(datetime), time[datetime]::attr(datetime)").get("")
    return dated(raw, "time", source, page.at)


def _why_empty(root: Selector, posts: int) -> Unread:
    if posts:
        return Unread(Reason.EMPTY, f"{posts} posts, none with text")
    if root.css(".tgme_channel_history"):
        return Unread(Reason.EMPTY, "a channel without posts")
    if root.css(".tgme_page"):
        return Unread(Reason.EMPTY, "the channel has no public preview")
    return Unread(Reason.LAYOUT_CHANGED, f"no post found by {_POST!r}")
