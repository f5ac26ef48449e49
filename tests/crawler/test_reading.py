"""The readers of discovery pages, fed with bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.feed import read_feed
from crawler.reading.listing import read_listing
from crawler.reading.results import Listed, Page, Unread
from crawler.reading.sitemap import read_sitemap
from prrwatch.source import Way, WayKind

NOW = datetime(2024, 12, 1, tzinfo=UTC)


@pytest.fixture
def source(kit):
    return kit.job().source


@pytest.fixture
def anything(kit):
    return kit.job(article=".").source


def page(body: bytes | str, url: str = "https://example.org/feed", content_type: str = "") -> Page:
    return Page(url, body.encode() if isinstance(body, str) else body, content_type, NOW)


def atom(entry: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry>{entry}</entry></feed>'


@given(body=st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_garbage_is_a_failure_or_a_list_but_never_a_crash(kit, body):
    source = kit.job(article=".").source
    way = Way(WayKind.LISTING, "https://example.org/", items="li", date="time")
    for got in (
        read_feed(page(body), source),
        read_feed(page(b"<?xml version='1.0'?><rss version='2.0'><channel><item>" + body), source),
        read_sitemap(page(body), source, 10_000),
        read_sitemap(page(b"<urlset><url><loc>" + body), source, 10_000),
        read_listing(page(body), source, way),
        read_listing(page(b"<li><a href='x'>" + body + b"<time>" + body), source, way),
    ):
        assert isinstance(got, Listed | Unread)


def test_a_feed_opens_neither_files_nor_addresses(source, tmp_path):
    secret = tmp_path / "feed.xml"
    secret.write_text("<rss><channel><item><link>https://example.org/news/secret</link></item></channel></rss>")
    assert isinstance(read_feed(page(str(secret)), source), Unread)
    assert isinstance(read_feed(page(f"{secret.as_uri()}                              "), source), Unread)
    entity = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss version="2.0"><channel>&x;</channel></rss>'
    assert isinstance(read_feed(page(entity), source), Unread)


def test_what_a_feed_item_says(source):
    entry = (
        '<title type="html">Women &amp;amp; &lt;b&gt;children&lt;/b&gt; \u202ereturn</title>'
        '<link href="/news/1?utm_source=x"/>'
        "<updated>2024-11-27T10:30:00+05:00</updated><summary>Short &lt;p&gt;words&lt;/p&gt;.</summary>"
    )
    got = read_feed(page(atom(entry)), source)
    [item] = got.items
    assert item.url == "https://example.org/news/1?utm_source=x"
    assert item.key == "example.org/news/1"
    assert item.title == "Women & children return"
    assert item.summary == "Short words."
    assert (item.published.at, item.published.origin) == (datetime(2024, 11, 27, 5, 30, tzinfo=UTC), "feed")


def test_an_unknown_date_stays_unknown_and_odd_ones_are_read(source):
    undated = atom('<link href="/news/1"/>')
    assert read_feed(page(undated), source).items[0].published is None
    russian = replace(source, languages=("ru",))
    words = atom('<link href="/news/1"/><published>27 ноября 2024 г.</published>')
    published = read_feed(page(words), russian).items[0].published
    assert (published.value, published.raw) == ("2024-11-27", "27 ноября 2024 г.")


def test_a_link_missing_or_given_by_the_guid(source):
    rss = "<rss version='2.0'><channel>{}</channel></rss>"
    items = "<item><guid>https://example.org/news/7</guid></item><item><title>no link</title></item>"
    assert [item.url for item in read_feed(page(rss.format(items)), source).items] == ["https://example.org/news/7"]


def test_the_charset_of_the_http_header_is_heeded(source):
    item = "<item><title>Новости</title><link>/news/1</link></item>"
    body = f"<?xml version='1.0'?><rss version='2.0'><channel>{item}</channel></rss>"
    got = read_feed(page(body.encode("cp1251"), content_type="text/xml; charset=windows-1251"), source)
    assert got.items[0].title == "Новости"


def test_each_article_once(source):
    entries = '<link href="/news/1"/></entry><entry><link href="/news/1/?utm_medium=rss"/>'
    assert len(read_feed(page(atom(entries)), source).items) == 1


def test_listing_selectors(source):
    body = """<html><head><base href="https://example.org/en/"></head><body>
    <div class=card data-x=1><h3>One <b>story</b></h3><a href="../news/1">read</a><p class=d>27/11/2024</p></div>
    <div class=card><h3>Other office</h3><a href="/news/2">read</a><p class=d>someday</p></div>
    <div class=card><h3>Two</h3><a href="news/3">read</a><time datetime="2024-11-05">Tuesday</time></div>
    <div class=card><h3>No link</h3></div>
    <a class=more href="?page=2">more</a></body></html>"""
    way = Way(
        WayKind.LISTING, "", items=".card", link="a", title="h3", date=".d, time", next="a.more", keep="story|Two|No"
    )
    got = read_listing(page(body, content_type="text/html"), replace(source, date_order="DMY"), way)
    assert [(item.url, item.title, item.published and item.published.value) for item in got.items] == [
        ("https://example.org/news/1", "One story", "2024-11-27"),
        ("https://example.org/en/news/3", "Two", "2024-11-05"),
    ]
    assert got.next == "https://example.org/en/?page=2"


@pytest.mark.parametrize("link", [None, "a", "a::attr(href)"])
def test_cards_may_be_links_or_hold_them(source, link):
    body = "<ul>" + "<li><a href='/news/1'>One</a></li>" * 3 + "</ul>"
    way = Way(WayKind.LISTING, "", items="li", link=link)
    assert [(item.url, item.title) for item in read_listing(page(body), source, way).items] == [
        ("https://example.org/news/1", "One")
    ]
    itself = Way(WayKind.LISTING, "", items="li a")
    assert read_listing(page(body), source, itself).items[0].title == "One"


def test_a_selector_that_is_none_is_told(source):
    got = read_listing(page("<html><body>" + "word " * 99), source, Way(WayKind.LISTING, "", items="div[[["))
    assert got.reason == "layout-changed"


def test_links_without_cards(source):
    got = read_listing(
        page("<a href=/about>A</a><a href=/news/5>Five</a>" + " " * 30), source, Way(WayKind.LISTING, "")
    )
    assert [item.url for item in got.items] == ["https://example.org/news/5"]
    named = read_listing(
        page("<a href=/news/4>A</a><p><a href=/news/5>Five</a></p>"), source, Way(WayKind.LISTING, "", link="p a")
    )
    assert [(item.url, item.title) for item in named.items] == [("https://example.org/news/5", "Five")]


def test_an_entity_bomb_in_a_sitemap(source):
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]><urlset><url><loc>https://example.org/news/&a9;</loc></url></urlset>'
    )
    assert isinstance(read_sitemap(page(bomb), source, 10_000), Listed | Unread)


def test_a_sitemap_dates_nothing_and_is_newest_first(source):
    entries = "".join(
        f"<url><loc>https://example.org/news/{n}</loc><lastmod>{day}</lastmod></url>"
        for n, day in enumerate(("2024-01-02", "2024-11-27T10:00:00Z", "garbage"))
    )
    got = read_sitemap(page(f"<urlset>{entries}</urlset>"), source, 10_000)
    assert [item.url[-1] for item in got.items] == ["1", "0", "2"]
    assert all(item.published is None for item in got.items)
