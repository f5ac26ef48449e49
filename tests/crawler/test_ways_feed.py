"""Feeds that are given to feed readers only, feeds that have moved, listings between two layouts, labelled cards."""

from __future__ import annotations

import pytest

from prrwatch import __version__
from prrwatch.source import Expect, Way, WayKind

HOME = """<html><head><title>Home</title>{}</head><body><p>Welcome to the home page of a site.</p></body></html>"""
LINK = '<link rel="alternate" type="application/{}+xml" href="{}">'


def home(*links: str) -> bytes:
    return HOME.format("".join(links)).encode()


def picky(kit, feed: bytes, otherwise):
    """A server that gives its feed only to who names no HTML in Accept."""
    return lambda request: otherwise if "text/html" in request.headers["Accept"] else kit.Page(feed, headers=kit.XML)


def test_a_server_that_gives_html_is_asked_once_more_as_feed_readers_ask(worker, site, kit):
    for path, otherwise in (("/html", kit.Page(home(), headers=kit.HTML)), ("/406", kit.Page(b"no", 406))):
        site.seen.clear()
        kit.serve_feed(site, "one")
        site.pages[path] = picky(kit, site.pages["/feed"].body, otherwise)
        done = worker.do(kit.job(kit.feed(f"{site.url}{path}")))
        assert done.failures() == [None]
        assert "as feed readers do" in done.ways[0].detail
        assert site.paths().count(path) == 2
        agents = {seen.headers["User-Agent"] for seen in site.seen}
        assert agents == {f"prrwatch/{__version__} (+mailto:test@example.org)"}, "nobody else's name is ever used"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_not_asked_twice(worker, site, kit, status):
    site.pages["/feed"] = kit.Page(b"no", status)
    worker.do(kit.job(kit.feed(f"{site.url}/feed")))
    assert site.paths().count("/feed") == 1


def test_a_feed_that_moved_is_found_by_the_page_in_its_place(worker, site, kit):
    kit.serve_feed(site, "one")
    links = [
        LINK.format("rss", "https://elsewhere.example/feed"),
        LINK.format("rss", "/comments/feed"),
        '<link rel=alternate hreflang=ru href="/ru/">',
        LINK.format("rss", "/old"),
        LINK.format("atom", "/feed"),
    ]
    site.pages["/old"] = kit.Page(status=301, headers={"Location": "/"})
    site.pages["/"] = kit.Page(home(*links), headers=kit.HTML)
    site.pages["/feed"].headers["ETag"] = '"v1"'
    done = worker.do(kit.job(kit.feed(f"{site.url}/old")))
    assert done.failures() == [None]
    assert done.ways[0].detail == f"moved: read from {site.url}/feed, which the page names"
    assert [each.item.url for each in done.fetched] == [f"{site.url}/news/one"]
    again = worker.do(kit.job(kit.feed(f"{site.url}/old"), validators=done.ways[0].validators))
    assert (again.ways[0].unchanged, again.failures()) == (True, [None])


def test_one_hop_and_no_further(worker, site, kit):
    site.pages["/old"] = kit.Page(home(LINK.format("rss", "/second")), headers=kit.HTML)
    site.pages["/second"] = kit.Page(home(LINK.format("rss", "/feed")), headers=kit.HTML)
    second = kit.serve_feed(site, "one")
    done = worker.do(kit.job(kit.feed(f"{site.url}/old"), second))
    assert done.failures() == ["not-a-feed", None]
    assert f"it names {site.url}/second" in done.ways[0].detail
    assert site.paths()[:4] == ["/robots.txt", "/old", "/old", "/second"]


OLD = {"items": ".search-result-news", "link": ".search-title a", "title": ".search-title", "date": ".publishing-date"}
NEW = {"items": "a.teaser", "title": ".teaser__title", "date": "time"}


def old_card(name: str, office: str = "Bishkek") -> str:
    return f"""<div class="search-result-news">
    <dt class="search-title"><h3><a href="/news/{name}">About {name}</a></h3></dt>
    <div class="publishing-date"><span>Publishing date:</span> 27 November 2024</div>
    <div>Where we are: {office}</div></div>"""


def new_card(name: str, office: str = "Bishkek") -> str:
    return f"""<a class="teaser" href="/news/{name}"><h3 class="teaser__title">About {name}</h3>
    <time datetime="2024-11-27T10:00:00Z">27 November 2024</time><p>Where we are: {office}</p></a>"""


def page(kit, *cards: str):
    menu = "<p>Words of a menu.</p>" * 40
    return kit.Page(f"<html><body>{menu}{''.join(cards)}</body></html>".encode(), headers=kit.HTML)


@pytest.mark.parametrize(
    ("card", "failures"), [(old_card, [None]), (new_card, ["layout-changed", None])], ids=["before", "after"]
)
def test_two_selector_sets_for_one_address(worker, site, kit, card, failures):
    """Mid-migration: two ways with the same URL, each with the selectors of one layout."""
    site.pages["/press"] = page(kit, card("one"), card("two"))
    site.pages["/news/one"] = site.pages["/news/two"] = kit.Page(kit.article_of("one"), headers=kit.HTML)
    ways = [kit.listing(f"{site.url}/press", **selectors) for selectors in (OLD, NEW)]
    done = worker.do(kit.job(*ways))
    assert done.failures() == failures
    read = done.ways[-1].items
    assert [(item.title, item.published.value[:10]) for item in read] == [
        ("About one", "2024-11-27"), ("About two", "2024-11-27"),
    ]  # fmt: skip
    assert len(done.fetched) == 2


KEEP = r"Where we are:\s*[^:]*Astana"


@pytest.mark.parametrize("card", [old_card, new_card])
def test_cards_of_other_offices_are_read_well_and_left(worker, site, kit, card):
    selectors = OLD if card is old_card else NEW
    way = kit.listing(f"{site.url}/press", keep=KEEP, **selectors)
    site.pages["/press"] = page(kit, card("one"), card("two", "Programme Office in Astana"))
    site.pages["/news/two"] = kit.Page(kit.article_of("two"), headers=kit.HTML)
    done = worker.do(kit.job(way, expect=Expect(items=2)))
    assert done.failures() == [None]
    assert [item.url for item in done.ways[0].items] == [f"{site.url}/news/two"]
    site.pages["/press"] = page(kit, card("one"), card("three"))
    assert worker.do(kit.job(way)).failures() == [None], "nothing of this office today is no failure"
    site.pages["/press"] = page(kit)
    assert worker.do(kit.job(way)).failures() == ["layout-changed"]


def test_keep_on_a_feed_sees_the_whole_text(worker, site, kit):
    entries = "".join(
        f"<item><title>{name}</title><link>{site.url}/news/{name}</link><description>Short</description>"
        f"<content:encoded><![CDATA[<p>Text.</p><p>///{body}, 8 May</p>]]></content:encoded></item>"
        for name, body in (("one", "UNRCCA"), ("two", "OSCE"))
    )
    head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title>'
    site.pages["/feed"] = kit.Page(f"{head}{entries}</channel></rss>".encode(), headers=kit.XML)
    way = Way(WayKind.FEED, f"{site.url}/feed", keep="///UNRCCA")
    assert [item.title for item in worker.do(kit.job(way)).ways[0].items] == ["one"]
