"""One site per class, each broken in turn: the break is named by its class, the next way takes over, nothing is lost.

The classes are the 14 of the researched catalogue, their first ways those of `seeds/_classes`; the pages are
reconstructions, written for this test.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from prrwatch.source import Way, WayKind

CLASSES = Path(__file__).resolve().parents[2] / "seeds" / "_classes"
NAMES = ("one", "two", "three")
SHELL = b"""<!doctype html><html><head><title>News</title><script src=/main.js></script></head>
<body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>"""
HOME = (
    b"<!doctype html><html><head><title>Home</title></head><body><h1>Welcome</h1>" + b"<p>Words of the house.</p>" * 60
)
XML = {"Content-Type": "application/xml"}


def feed(base: str, names: tuple[str, ...]) -> bytes:
    items = "".join(f"<item><title>{name}</title><link>{base}/news/{name}</link></item>" for name in names)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


def sitemap(base: str, names: tuple[str, ...]) -> bytes:
    locs = "".join(f"<url><loc>{base}/news/{name}</loc></url>" for name in names)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'.encode()


def posts(base: str, names: tuple[str, ...]) -> bytes:
    return json.dumps([{"link": f"{base}/news/{name}", "title": {"rendered": name}} for name in names]).encode()


def news_api(base: str, names: tuple[str, ...]) -> bytes:
    return json.dumps({"articles": [{"url": f"{base}/news/{name}", "title": name} for name in names]}).encode()


def reports(base: str, names: tuple[str, ...]) -> bytes:
    entries = [{"id": str(n), "fields": {"title": name, "url": f"{base}/news/{name}"}} for n, name in enumerate(names)]
    return json.dumps({"data": entries}).encode()


def channel(base: str, names: tuple[str, ...]) -> bytes:
    said = "".join(
        f'<div class="tgme_widget_message" data-post="chan/{n}"><div class="tgme_widget_message_text js-message_text">'
        f'{name} <a href="{base}/news/{name}">more</a></div></div>'
        for n, name in enumerate(names, 1)
    )
    return f'<html><body><section class="tgme_channel_history">{said}</section></body></html>'.encode()


def cards(card: str) -> Callable[[str, tuple[str, ...]], bytes]:
    def page(base: str, names: tuple[str, ...]) -> bytes:
        found = "".join(card.replace("URL", f"{base}/news/{name}").replace("NAME", name) for name in names)
        return HOME + found.encode() + b"</body></html>"

    return page


@dataclass(frozen=True)
class Layout:
    """The first way of a class: how it is read, where, and what stands there."""

    kind: WayKind
    path: str
    page: Callable[[str, tuple[str, ...]], bytes]
    selectors: dict[str, str]


def listing(card: str, **selectors: str) -> Layout:
    return Layout(WayKind.LISTING, "/list", cards(card), selectors)


REST = "/wp-json/wp/v2/posts?per_page=50&_fields=date,date_gmt,link,title,excerpt"
LAYOUTS = {
    "aggregator": Layout(WayKind.API, "/list", reports, {}),
    "bitrix": listing('<div class="news-item"><a href="URL">NAME</a></div>', items=".news-item"),
    "government": listing('<li class="post"><a href="URL">NAME</a></li>', items="li.post", link="a"),
    "news-portal": Layout(WayKind.FEED, "/list", feed, {}),
    "osce": listing(
        '<div class="search-result-news"><dt class="search-title"><h3><a href="URL">NAME</a></h3></dt>'
        '<div class="publishing-date">8 May 2024</div></div>',
        items=".search-result-news", link=".search-title a", date=".publishing-date",
    ),
    "pangea": listing('<div class="media-block"><a href="URL"><h4>NAME</h4></a></div>', items=".media-block"),
    "spa": Layout(WayKind.API, "/list", news_api, {}),
    "sputnik": Layout(WayKind.FEED, "/list", feed, {}),
    "syndicator": Layout(WayKind.FEED, "/list", feed, {}),
    "static-html": listing('<p class="entry"><a href="URL">NAME</a></p>', items="p.entry"),
    "thinktank": listing('<article class="pub"><h3><a href="URL">NAME</a></h3></article>', items="article.pub"),
    "un-drupal": listing('<div class="views-row"><a href="URL">NAME</a></div>', items=".views-row"),
    "wordpress": Layout(WayKind.WORDPRESS, REST, posts, {}),
    "telegram": Layout(WayKind.TELEGRAM, "/list", channel, {}),
}  # fmt: skip
#: What each break is called, by the way that it hits; a page that moved answers where it went, and that is no list.
BREAKS = {
    "403": dict.fromkeys(WayKind, "http-403"),
    "shell": {
        WayKind.FEED: "not-a-feed", WayKind.LISTING: "challenge", WayKind.API: "not-a-feed",
        WayKind.WORDPRESS: "not-a-feed", WayKind.TELEGRAM: "layout-changed",
    },
    "moved": {
        WayKind.FEED: "not-a-feed", WayKind.LISTING: "layout-changed", WayKind.API: "not-a-feed",
        WayKind.WORDPRESS: "not-a-feed", WayKind.TELEGRAM: "layout-changed",
    },
    "gone": dict.fromkeys(WayKind, "http-404"),
    "html for it": {
        WayKind.FEED: "not-a-feed", WayKind.LISTING: "layout-changed", WayKind.API: "not-a-feed",
        WayKind.WORDPRESS: "not-a-feed", WayKind.TELEGRAM: "layout-changed",
    },
    "zero items": {
        WayKind.FEED: "empty", WayKind.LISTING: "layout-changed", WayKind.API: "empty",
        WayKind.WORDPRESS: "empty", WayKind.TELEGRAM: "empty",
    },
    "selectors gone": {
        WayKind.FEED: "empty", WayKind.LISTING: "layout-changed", WayKind.API: "layout-changed",
        WayKind.WORDPRESS: "layout-changed", WayKind.TELEGRAM: "layout-changed",
    },
}  # fmt: skip


#: What a reader looks for, and the name that it has after the redesign.
RENAMED = {
    b'class="': b'class="v2-',
    b"<item>": b"<element>",
    b"</item>": b"</element>",
    b'"link"': b'"href"',
    b'"fields"': b'"columns"',
    b'"url"': b'"href"',
    b"data-post": b"data-p",
}


def redesigned(body: bytes) -> bytes:
    """The words and links are the same, all that readers go by has another name."""
    for old, new in RENAMED.items():
        body = body.replace(old, new)
    return body


def broken(kit, how: str, whole: bytes, layout: Layout, base: str):
    return {
        "403": lambda: kit.Page(b"Forbidden", 403),
        "shell": lambda: kit.Page(SHELL, headers=kit.HTML),
        "moved": lambda: kit.Page(status=301, headers={"Location": "/home"}),
        "gone": lambda: kit.Page(b"Gone", 410),
        "html for it": lambda: kit.Page(HOME, headers=kit.HTML),
        "zero items": lambda: kit.Page(layout.page(base, ()), headers=XML),
        "selectors gone": lambda: kit.Page(redesigned(whole), headers=XML),
    }[how]()


def test_every_class_that_ships_has_a_layout_here():
    shipped = {file.stem for file in CLASSES.glob("*.toml") if tomllib.loads(file.read_text(encoding="utf-8"))}
    # The others have nothing in common that a source file could inherit.
    assert shipped == LAYOUTS.keys() - {"aggregator", "syndicator", "telegram"}
    assert len(LAYOUTS) == 14, "as many as the research tells of (../shared/catalogue/sources.md, section 5)"


@pytest.mark.parametrize("name", LAYOUTS)
def test_whatever_breaks_is_named_and_the_next_way_loses_nothing(worker, site, kit, name):
    layout = LAYOUTS[name]
    site.pages["/home"] = kit.Page(HOME, headers=kit.HTML)
    site.pages["/sitemap.xml"] = kit.Page(sitemap(site.url, NAMES), headers=XML)
    for each in NAMES:
        site.pages[f"/news/{each}"] = kit.Page(kit.article_of(each), headers=kit.HTML)
    whole = layout.page(site.url, NAMES)
    address = f"{site.url}/" if layout.kind is WayKind.WORDPRESS else f"{site.url}{layout.path}"
    # The host of a channel is not that of its articles.
    first = Way(
        layout.kind, address.replace("127.0.0.1", "localhost") if name == "telegram" else address, **layout.selectors
    )
    keys = {f"{site.host}/news/{each}" for each in NAMES}

    site.pages[layout.path] = kit.Page(whole, headers=XML)
    healthy = worker.do(kit.job(first, kit.sitemap(f"{site.url}/sitemap.xml"), article=r"127[^/]*/news/"))
    assert (healthy.failures(), {each.item.key for each in healthy.fetched}) == ([None], keys)
    told = {}
    for how in BREAKS:
        site.pages[layout.path] = broken(kit, how, whole, layout, site.url)
        done = worker.do(kit.job(first, kit.sitemap(f"{site.url}/sitemap.xml"), article=r"127[^/]*/news/"))
        told[how] = (*done.failures(), {each.item.key for each in done.fetched} == keys)
    assert told == {how: (BREAKS[how][layout.kind], None, True) for how in BREAKS}
