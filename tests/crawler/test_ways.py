"""A source's ways in order: whatever lies or fails is named, and the next one is read."""

from __future__ import annotations

import gzip

import pytest

from prrwatch.source import Expect, Way, WayKind

EMPTY_FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Nothing today</title></channel></rss>'
FULL_PAGE = b"<html><body><div>" + b"Words that fill the page. " * 60 + b"</div></body></html>"
CLOUDFLARE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>x</script></body></html>"
SHELL = (
    b"<html><head><script src=a.js></script></head><body><noscript>Please enable JavaScript.</noscript></body></html>"
)
SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def locs(tag: str, *urls: str) -> str:
    return "".join(f"<{tag}><loc>{url}</loc><lastmod>2024-11-0{n}</lastmod></{tag}>" for n, url in enumerate(urls, 1))


@pytest.mark.parametrize(
    ("reason", "body", "changes"),
    [
        ("not-a-feed", FULL_PAGE, {}),
        ("empty", b"", {}),
        ("empty", b"hello world", {}),
        ("empty", EMPTY_FEED, {}),
        ("malformed", b"<?xml version='1.0'?><rss version='2.0'><channel><title>Broken & cut off", {}),
        ("not-a-feed", b'{"items": [], "title": "This is JSON and no feed at all"}', {}),
        ("challenge", CLOUDFLARE, {}),
        ("challenge", CLOUDFLARE, {"status": 403}),
        ("http-403", b"no", {"status": 403}),
        ("http-403", b"no", {"status": 451}),
        ("http-404", b"no", {"status": 410}),
        ("http-429", b"no", {"status": 429}),
        ("http-5xx", b"no", {"status": 500}),
        ("redirect-loop", b"", {"status": 302, "headers": {"Location": "/way"}}),
        ("malformed", gzip.compress(b"x" * 5000, mtime=0)[:-12], {"headers": {"Content-Encoding": "gzip"}}),
        ("too-large", gzip.compress(bytes(3_000_000), mtime=0), {"headers": {"Content-Encoding": "gzip"}}),
    ],
)
def test_a_feed_that_fails_is_named_and_the_next_way_is_read(worker, site, kit, reason, body, changes):
    site.pages["/way"] = kit.Page(body, **changes)
    second = kit.serve_feed(site, "one")
    done = worker.do(kit.job(kit.feed(f"{site.url}/way"), second))
    assert done.failures() == [reason, None]
    assert [each.item.url for each in done.fetched] == [f"{site.url}/news/one"]
    assert done.ways[0].validators == ()


def test_links_that_are_no_articles_and_too_few_items(worker, site, kit):
    site.pages["/other"] = kit.Page(kit.feed_of(f"{site.url}/about", f"{site.url}/jobs"), headers=kit.XML)
    site.pages["/few"] = kit.Page(kit.feed_of(f"{site.url}/news/few"), headers=kit.XML)
    site.pages["/news/few"] = kit.Page(kit.article_of("few"), headers=kit.HTML)
    third = kit.serve_feed(site, "one", "two", "three")
    job = kit.job(kit.feed(f"{site.url}/other"), kit.feed(f"{site.url}/few"), third, expect=Expect(items=3))
    done = worker.do(job)
    assert done.failures() == ["no-articles", "too-few-items", None]
    assert len(done.fetched) == 4, "what a short list shows is read all the same"


LISTING = {"items": "li.card", "link": "a", "title": "a", "date": "time", "next": "a[rel=next]"}


def cards(*urls: str, more: str = "") -> bytes:
    found = "".join(f'<li class=card><a href="{url}">About {url}</a><time>3 May 2024</time></li>' for url in urls)
    return f"<html><body><ul>{found}</ul>{more}</body></html>".encode()


@pytest.mark.parametrize(
    ("reason", "body"),
    [("layout-changed", FULL_PAGE), ("challenge", SHELL), ("empty", b"<html><body></body></html>       "),
     ("no-articles", cards("/about", "/jobs"))],
)  # fmt: skip
def test_a_listing_that_fails(worker, site, kit, reason, body):
    site.pages["/list"] = kit.Page(body, headers=kit.HTML)
    done = worker.do(kit.job(kit.listing(f"{site.url}/list", **LISTING), kit.serve_feed(site, "one")))
    assert done.failures() == [reason, None]


def test_a_listing_is_followed_while_it_shows_something_unknown(worker, site, kit):
    for number in range(1, 5):
        onward = f'<a rel=next href="/list{number + 1}">more</a>'
        site.pages[f"/list{number}"] = kit.Page(cards(f"/news/{number}a", f"/news/{number}b", more=onward))
    known = {f"127.0.0.1:{site.port}/news/{n}" for n in ("3a", "3b", "4a", "4b")}
    done = worker.do(kit.job(kit.listing(f"{site.url}/list1", **LISTING), known=frozenset(known)))
    assert [path for path in site.paths() if "list" in path] == ["/list1", "/list2", "/list3"]
    assert len(done.ways[0].items) == 6
    first = done.ways[0].items[0]
    assert (first.title, first.published.value, first.published.origin) == ("About /news/1a", "2024-05-03", "listing")
    assert {each.item.url[-2:] for each in done.unreadable} == {"1a", "1b", "2a", "2b"}


def test_a_sitemap_index_is_read_newest_first_and_bounded(worker, site, kit):
    children = [f"{site.url}/map{n}.xml.gz" for n in range(1, 4)]
    for n, _ in enumerate(children, 1):
        body = SITEMAP.format(locs("url", f"{site.url}/news/{n}", f"{site.url}/about/{n}"))
        site.pages[f"/map{n}.xml.gz"] = kit.Page(gzip.compress(body.encode()))
    site.pages["/index.xml"] = kit.Page(INDEX.format(locs("sitemap", *children, f"{site.url}/index.xml")).encode())
    done = worker.do(kit.job(kit.sitemap(f"{site.url}/index.xml")))
    assert [item.url[-6:] for item in done.ways[0].items] == ["news/3", "news/2", "news/1"]
    assert site.paths().count("/index.xml") == 1


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("not-a-feed", FULL_PAGE),
        ("not-a-feed", EMPTY_FEED),
        ("empty", SITEMAP.format("").encode()),
        ("malformed", b"this is no xml at all, just some words in a row"),
        ("too-large", gzip.compress(bytes(3_000_000), mtime=0)),
        ("malformed", gzip.compress(b"<urlset>" * 1000, mtime=0)[:-9]),
        ("no-articles", SITEMAP.format(locs("url", "https://example.org/about")).encode()),
    ],
)
def test_a_sitemap_that_fails(worker, site, kit, reason, body):
    site.pages["/map.xml"] = kit.Page(body)
    done = worker.do(kit.job(kit.sitemap(f"{site.url}/map.xml"), kit.serve_feed(site, "one")))
    assert done.failures() == [reason, None]


def test_a_second_pass_is_answered_by_304_and_fetches_no_article_again(worker, site, kit):
    feed = kit.serve_feed(site, "one", "two")
    site.pages["/feed"].headers["ETag"] = '"v1"'
    first = worker.do(kit.job(feed))
    known = frozenset(item.key for item in first.ways[0].items)
    site.seen.clear()
    second = worker.do(kit.job(feed, known=known, validators=first.ways[0].validators))
    assert [(seen.path, seen.status) for seen in site.seen] == [("/feed", 304)]
    assert (second.ways[0].unchanged, second.failures(), second.fetched) == (True, [None], [])
    assert second.ways[0].validators == first.ways[0].validators
    unconditional = worker.do(kit.job(feed, known=known))
    assert (unconditional.fetched, len(unconditional.ways[0].items)) == ([], 2)


def test_an_unchanged_index_does_not_hide_a_changed_sitemap(worker, site, kit):
    child = f"{site.url}/map1.xml"
    site.pages["/index.xml"] = kit.Page(INDEX.format(locs("sitemap", child)).encode(), headers={"ETag": '"i"'})
    site.pages["/map1.xml"] = kit.Page(
        SITEMAP.format(locs("url", f"{site.url}/news/1")).encode(), headers={"ETag": "1"}
    )
    first = worker.do(kit.job(kit.sitemap(f"{site.url}/index.xml")))
    validators = first.ways[0].validators
    again = worker.do(kit.job(kit.sitemap(f"{site.url}/index.xml"), validators=validators))
    assert again.ways[0].unchanged
    site.pages["/map1.xml"] = kit.Page(
        SITEMAP.format(locs("url", f"{site.url}/news/2")).encode(), headers={"ETag": "2"}
    )
    changed = worker.do(kit.job(kit.sitemap(f"{site.url}/index.xml"), validators=validators))
    assert [item.url[-1] for item in changed.ways[0].items] == ["2"]


def test_a_way_that_nobody_can_read_is_told(worker, site, kit):
    done = worker.do(kit.job(Way(WayKind.REPUBLISHER, "some-id"), kit.serve_feed(site, "one")))
    assert done.failures() == ["malformed", None]
    assert "republisher" in done.ways[0].detail


def test_how_long_an_answer_holds_is_told(worker, site, kit):
    feed = kit.serve_feed(site, "one")
    for words, seconds in (("public, max-age=900", 900), ("no-cache, max-age=900", None), ("max-age=0", None)):
        site.pages["/feed"].headers["Cache-Control"] = words
        told = worker.do(kit.job(feed)).ways[0].fresh_for
        assert (told and told.total_seconds()) == seconds
