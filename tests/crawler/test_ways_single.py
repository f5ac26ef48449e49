"""WordPress, channels, APIs and searches: one page, one reader, every lie named."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from prrwatch.crawl import Key
from prrwatch.source import Expect, Way, WayKind

POSTS = "/wp-json/wp/v2/posts?per_page=50&_fields=date,date_gmt,link,title,excerpt"
JSON = {"Content-Type": "application/json; charset=UTF-8"}


def post(url: str, **changes) -> dict:
    return {
        "date": "2024-05-08T15:00:00",
        "date_gmt": "2024-05-08T10:00:00",
        "link": url,
        "title": {"rendered": "Women &#038; children return &#8211; again"},
        "excerpt": {"rendered": "<p>From the <b>camps</b>.</p>"},
    } | changes


def serve(site, kit, path: str, value: object, *names: str) -> None:
    for name in names:
        site.pages[f"/news/{name}"] = kit.Page(kit.article_of(name), headers=kit.HTML)
    site.pages[path] = kit.Page(json.dumps(value).encode(), headers=JSON)


def test_wordpress_posts_with_title_and_date_as_the_api_has_them(worker, site, kit):
    serve(site, kit, POSTS, [post(f"{site.url}/news/one"), post(f"{site.url}/about"), {"id": 3}, None], "one")
    done = worker.do(kit.job(Way(WayKind.WORDPRESS, f"{site.url}/")))
    assert done.failures() == [None]
    (item,) = done.ways[0].items
    assert (item.title, item.summary) == ("Women & children return – again", "From the camps.")
    assert (item.published.value, item.published.raw) == ("2024-05-08T10:00:00+00:00", "2024-05-08T10:00:00")
    assert item.published.origin == "api"
    (fetched,) = done.fetched
    assert fetched.document.published.at == item.published.at


def test_keep_sees_the_whole_text_of_a_post(worker, site, kit):
    texts = [post(f"{site.url}/news/{n}", content={"rendered": f"<p>Text.</p><p>///{n}</p>"}) for n in ("UN", "OSCE")]
    serve(site, kit, f"{POSTS},content", texts, "UN")
    done = worker.do(kit.job(Way(WayKind.WORDPRESS, site.url, keep="///UN"), expect=Expect(items=2)))
    assert done.failures() == [None], "the post of another body counts as well read"
    assert [item.url[-7:] for item in done.ways[0].items] == ["news/UN"]


@pytest.mark.parametrize(
    ("reason", "body", "status"),
    [
        ("http-403", b'{"code":"rest_forbidden","message":"Sorry","data":{"status":401}}', 401),
        ("http-404", b'{"code":"rest_no_route","message":"No route","data":{"status":404}}', 404),
        ("malformed", b'{"code":"rest_disabled","message":"The API is closed","data":{}}', 200),
        ("not-a-feed", b"<!doctype html><html><body>Welcome to our lovely home page</body></html>", 200),
        ("malformed", b'[{"link": "https://example.org/a", "title": {"rendered": "cut', 200),
        ("malformed", b"[" * 100_000, 200),
        ("empty", b"[]", 200),
        ("layout-changed", b'{"posts": [{"link": "https://example.org/"}], "total": 12}', 200),
        ("layout-changed", b'[{"id": 1, "slug": "a-post-without-link"}, {"id": 2}]', 200),
        ("no-articles", b'[{"link": "https://example.org/about", "title": "About"}]', 200),
    ],
)
def test_a_wordpress_that_fails_is_named_and_the_next_way_is_read(worker, site, kit, reason, body, status):
    site.pages[POSTS] = kit.Page(body, status=status, headers=JSON)
    done = worker.do(kit.job(Way(WayKind.WORDPRESS, f"{site.url}/"), kit.serve_feed(site, "one")))
    assert done.failures() == [reason, None]


def message(name: str, text: str, after: str = "") -> str:
    said = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{name}">
<a class="tgme_widget_message_reply" href="/chan/1">
<div class="tgme_widget_message_text js-message_reply_text">Old words</div></a>
{said}{after}<a class="tgme_widget_message_date" href="https://t.me/{name}">
<time datetime="2024-05-08T09:00:32+00:00">09:00</time></a></div></div>"""


def channel(*messages: str) -> bytes:
    history = f'<section class="tgme_channel_history js-message_history">{"".join(messages)}</section>'
    return f"<html><body><main>{history}</main></body></html>".encode()


def test_a_channel_lists_the_articles_it_links_to_and_else_its_posts(worker, site, kit):
    long = "Forty women and children were brought home.<br/>They are in a centre near the capital &amp; safe."
    preview = f'<a class="tgme_widget_message_link_preview" href="{site.url}/news/two">Two</a>'
    site.pages["/s/chan"] = kit.Page(
        channel(
            message(
                "chan/11", f'One<br>more <a href="https://example.org/x">x</a> <a href="{site.url}/news/one">here</a>'
            ),
            message("chan/12", "Two", preview),
            message("chan/13", long + ' <a href="https://example.org/advert">Advert</a>'),
            message("chan/14", ""),
            message("chan/../15", "A name that is none"),
        ),
        headers=kit.HTML,
    )
    for name in ("one", "two"):
        site.pages[f"/news/{name}"] = kit.Page(kit.article_of(name), headers=kit.HTML)
    site.pages["/chan/13?embed=1"] = kit.Page(channel(message("chan/13", long)), headers=kit.HTML)
    # The article of another host than the channel's: here, as on t.me, what the channel's own host has is no article.
    article = r"127\.0\.0\.1:\d+/news/"
    done = worker.do(
        kit.job(Way(WayKind.TELEGRAM, f"{site.url.replace('127.0.0.1', 'localhost')}/s/chan"), article=article)
    )
    assert done.failures() == [None]
    urls = [item.url for item in done.ways[0].items]
    assert [url.split("/", 3)[3] for url in urls] == ["chan/13?embed=1", "news/two", "news/one"]
    first = done.ways[0].items[0]
    assert (first.title, first.published.value) == (
        "Forty women and children were brought home.",
        "2024-05-08T09:00:32+00:00",
    )
    (read,) = [each.document for each in done.fetched if "chan" in each.document.url]
    assert read.text == ("Forty women and children were brought home.\nThey are in a centre near the capital & safe.")
    assert (read.title, read.language, read.published.at) == (first.title, "en", first.published.at)
    assert len(done.fetched) == 3


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("empty", channel()),
        ("empty", channel(message("chan/11", ""))),
        ("empty", b'<html><body class="tgme_page"><div class="tgme_page_title">Channel</div> Join us</body></html>'),
        ("layout-changed", b"<html><body>" + b"Words, words, words. " * 60 + b"</body></html>"),
    ],
)
def test_a_channel_without_posts_is_named(worker, site, kit, reason, body):
    site.pages["/s/chan"] = kit.Page(body, headers=kit.HTML)
    done = worker.do(kit.job(Way(WayKind.TELEGRAM, f"{site.url}/s/chan"), kit.serve_feed(site, "one")))
    assert done.failures() == [reason, None]


def test_a_post_that_is_gone(worker, site, kit):
    site.pages["/s/chan"] = kit.Page(channel(message("chan/11", "Words.")), headers=kit.HTML)
    gone = b'<html><body><div class="tgme_widget_message_error">Post not found</div></body></html>'
    site.pages["/chan/11?embed=1"] = kit.Page(gone, headers=kit.HTML)
    done = worker.do(kit.job(Way(WayKind.TELEGRAM, f"{site.url}/s/chan")))
    assert done.reasons() == ["http-404"]


def test_reliefweb_gov_kz_and_gdelt_are_told_apart_by_their_shape(worker, site, kit):
    fields = {"title": "Situation &amp; returns", "url_alias": f"{site.url}/news/one"}
    fields["date"] = {"created": "2024-05-10T00:00:00+00:00", "original": "2024-05-08T00:00:00+00:00"}
    reports = [{"id": "1", "fields": fields}, {"id": "2", "fields": {"title": "x"}}, {"href": "no fields"}]
    serve(site, kit, "/v2/reports", {"totalCount": 2, "data": reports}, "one")
    done = worker.do(kit.job(Way(WayKind.API, f"{site.url}/v2/reports")))
    assert [(each.title, each.published.value) for each in done.ways[0].items] == [
        ("Situation & returns", "2024-05-08")
    ]

    news = [{"id": 77, "title": "Новость", "created_date": "2024-05-08T10:00:00.000Z", "body": "<p>Текст</p>"}, 5]
    path = "/api/v1/public/content-manager/news?sort-by=created_date:DESC&projects=eq:mfa&page=1&size=10"
    serve(site, kit, path, news)
    done = worker.do(kit.job(Way(WayKind.API, site.url + path), languages=("ru",), article="/news/details/"))
    (item,) = done.ways[0].items
    assert item.url == f"{site.url}/memleket/entities/mfa/press/news/details/77?lang=ru"
    assert (item.title, item.summary, item.published.value) == ("Новость", "Текст", "2024-05-08T10:00:00+00:00")

    hits = [{"url": f"{site.url}/news/one", "title": "Hit", "seendate": "20240508T100000Z"}, {"title": "no address"}]
    serve(site, kit, "/doc?mode=ArtList", {"articles": hits})
    done = worker.do(kit.job(Way(WayKind.API, f"{site.url}/doc?mode=ArtList")))
    (item,) = done.ways[0].items
    assert (item.title, item.published) == ("Hit", None), "when it was seen is not when it was published"


@pytest.mark.parametrize(
    ("reason", "body", "status"),
    [
        ("http-403", b'{"status":403,"error":{"message":"appname"}}', 403),
        ("empty", b'{"totalCount": 0, "data": [], "time": 3, "links": {}}', 200),
        ("empty", b"{}", 200),
        ("layout-changed", b'{"results": [{"title": "Another version of the interface"}]}', 200),
        ("layout-changed", b'{"data": [{"fields": {"title": "no id and no address"}}], "time": 1}', 200),
        ("malformed", b"Your query was too short or too long. Please try another one.", 200),
        ("not-a-feed", b"<html><body><div id=root></div><script src=/main.js></script></body></html>", 200),
        ("layout-changed", b"12345678901234567890123456789012345", 200),
    ],
)
def test_an_api_that_fails(worker, site, kit, reason, body, status):
    site.pages["/api"] = kit.Page(body, status=status, headers=JSON)
    done = worker.do(kit.job(Way(WayKind.API, f"{site.url}/api"), kit.serve_feed(site, "one")))
    assert done.failures() == [reason, None]


def google(url: str) -> str:
    length = len(url)
    size = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    word = base64.urlsafe_b64encode(b"\x08\x13\x22" + size + url.encode() + b"\xd2\x01\x05http:").decode()
    return f"https://news.google.com/rss/articles/{word.rstrip('=')}?oc=5"


def test_hits_of_a_search_are_unwrapped_and_others_dropped(worker, site, kit):
    long = f"{site.url}/news/{'a' * 150}"
    urls = [
        google(f"{site.url}/news/one"),
        google(long),
        google("https://elsewhere.example/news/one"),
        "https://news.google.com/rss/articles/CBMiVkFVX3lxTE9wYXF1ZV90b2tlbl93aXRob3V0X2FkZHJlc3M?oc=5",
        f"https://www.bing.com/news/apiclick.aspx?ref=x&amp;url={quote(f'{site.url}/news/two', safe='')}",
        f"{site.url}/news/three",
        f"{site.url}/about",
    ]
    site.pages["/search"] = kit.Page(kit.feed_of(*urls), headers=kit.XML)
    way = Way(WayKind.SEARCH, f"{site.url}/search")
    done = worker.do(kit.job(way, homepage=f"{site.url}/", expect=Expect(items=50)))
    assert done.failures() == [None], "a search is not held against what the source itself lists"
    assert [item.url for item in done.ways[0].items] == [
        f"{site.url}/news/one", long, f"{site.url}/news/two", f"{site.url}/news/three",
    ]  # fmt: skip


def test_hits_that_are_all_wrapped_are_counted(worker, site, kit):
    site.pages["/search"] = kit.Page(kit.feed_of("https://news.google.com/rss/articles/CBMiVkFVX3lxTE9wYXF1"))
    done = worker.do(kit.job(Way(WayKind.SEARCH, f"{site.url}/search"), kit.serve_feed(site, "one")))
    assert done.failures() == ["no-articles", None]
    assert "1 of them wrapped" in done.ways[0].detail


KEY = "s3cr3t/K&y 42"


def test_a_key_is_used_and_never_told(worker, site, kit):
    spelled = quote(KEY, safe="")
    site.pages[f"/rss/{spelled}"] = lambda _: kit.Page(
        kit.feed_of(f"{site.url}/news/one?k={spelled}", f"{site.url}/news/two", title=f"Mine: {spelled}"),
        headers={**kit.XML, "X-Echo": KEY},
    )
    site.pages["/robots.txt"] = kit.Page(f"User-agent: *\nDisallow: /rss/{spelled}/private".encode())
    site.pages[f"/news/one?k={spelled}"] = site.pages["/news/two"] = kit.Page(kit.article_of("one"), headers=kit.HTML)
    site.pages[f"/loop/{spelled}"] = kit.Page(status=302, headers={"Location": f"/loop/{spelled}"})
    ways = [kit.feed(f"{site.url}{path}") for path in
            ("/rss/{MY_KEY}/private", "/loop/{MY_KEY}", "/gone/{MY_KEY}", "/rss/{MY_KEY}")]  # fmt: skip
    job = kit.job(*ways, key=Key("MY_KEY", KEY))
    assert KEY not in repr(job)
    done = worker.do(job)
    assert done.failures() == ["robots-disallow", "redirect-loop", "http-404", None]
    assert [item.url for item in done.ways[3].items] == [f"{site.url}/news/one?k=%7BMY_KEY%7D", f"{site.url}/news/two"]
    assert len(done.fetched) == 2, "an item whose address holds the key is asked for with it"
    assert f"/news/one?k={spelled}" in site.paths()
    told = "".join(map(repr, done.records)) + "".join(worker.errors)
    assert "{MY_KEY}" in told
    assert not [leak for leak in (KEY, spelled, "s3cr3t", b"s3cr3t".hex()) if leak in told]
