"""Whatever a server sends, the readers of the one-page ways answer with articles or with a class."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.api import read_api
from crawler.reading.links import feed_links
from crawler.reading.results import Listed, Page, Unread
from crawler.reading.search import read_search, unwrapped
from crawler.reading.telegram import is_post, read_channel, read_post
from crawler.reading.wordpress import read_posts
from prrwatch.crawl import Key
from prrwatch.document import Document
from prrwatch.keys import filled, veiled, veiled_bytes
from prrwatch.source import Kind, Source, Way, WayKind

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://e.org/api/content-manager/news?projects=eq:mfa"
SOURCE = Source(
    "e", "E", "E", Kind.MEDIA, "https://e.org/", ("en",), timedelta(hours=1), 1, "/", (Way(WayKind.API, URL),)
)
READERS = [read_posts, read_api, read_channel, read_search]
#: Keys that the readers look for, with values of every kind under them.
NAMES = """link title rendered date date_gmt excerpt content code message data fields articles url url_alias id created
original created_date body seendate"""
KEYS = st.sampled_from(NAMES.split())
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("https://e.org/a")
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=4), max_leaves=25)
BITS = st.sampled_from(
    b"<rss version='2.0'><channel>|<item>|<link>https://e.org/a</link>|</item>|<div class='|</div>|<br>|&#x110000;|"
    b"&#55555;|tgme_widget_message' data-post='chan/12'>|tgme_widget_message_text'>|<time datetime='|2024-99-99'>|'//[|"
    b"&#9999999999|<link rel=alternate type=application/rss+xml href=|\xff\xfe\x00|\xef\xbf\xbe".split(b"|")
)


def page(body: bytes) -> Page:
    return Page(URL, body, "text/html", NOW)


@pytest.mark.parametrize("reader", [read_posts, read_api])
@given(value=VALUES)
@settings(max_examples=150, deadline=None)
def test_json_of_any_shape(reader, value):
    body = json.dumps(value).encode().ljust(40)
    assert isinstance(reader(page(body), SOURCE, None), Listed | Unread)


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ufffe", "\uffff"])
def test_a_name_of_an_attribute_that_lxml_would_not_give_back(bad):
    body = f"<link rel=alternate type=application/rss+xml href=/feed {bad}<rss{bad}='2.0'>".encode()
    assert feed_links(page(body)).children == ("https://e.org/feed",)


@pytest.mark.parametrize("reader", READERS)
@given(body=st.lists(BITS | st.binary(max_size=20), max_size=25).map(b"".join))
@settings(max_examples=80, deadline=None)
def test_bytes_of_any_kind(reader, body):
    assert isinstance(reader(page(body), SOURCE, "a"), Listed | Unread)
    assert isinstance(feed_links(page(body)), Listed | Unread)
    assert isinstance(read_post(page(body), SOURCE, None), Document | Unread)


@pytest.mark.parametrize(
    "reference", ["&#x110000;", "&#xD800;", "&#99999999999999999999;", "&#x0000000000000000000000041;"]
)
def test_a_reference_to_no_character_costs_no_article(reference):
    body = f"<rss version='2.0'><channel><item><title>A & B {reference}</title><link>https://e.org/a</link></item>"
    read = read_search(page(body.encode()), SOURCE, None)
    assert [item.url for item in read.items] == ["https://e.org/a"]


def test_an_article_is_no_post():
    assert not is_post(page(b"tgme_widget_message"))


@given(
    url=st.text(max_size=60)
    | st.from_regex(r"https://[a-z]{1,5}\.org/(rss/)?articles/[A-Za-z0-9_-]{16,60}", fullmatch=True)
)
def test_any_link_may_be_unwrapped(url):
    assert unwrapped(url) is None or isinstance(unwrapped(url), str)


@given(value=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=30))
def test_what_was_filled_is_veiled_again(value):
    key = Key("A_KEY", value)
    url = "https://e.org/rss/{A_KEY}?k=%7BA_KEY%7D"
    if value not in url:
        told = veiled(filled(url, key), key)
        assert told == "https://e.org/rss/{A_KEY}?k={A_KEY}"
        assert veiled_bytes(filled(url, key).encode(), key).decode() == told
    assert value not in repr(key)
