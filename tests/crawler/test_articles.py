"""Article pages: which are asked for, and what becomes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.bench import Broken
from crawler.errand import Errand, Lasting
from crawler.net.addresses import Guard
from crawler.net.answers import Answer
from crawler.net.clocks import HostClocks
from crawler.net.robots import Robots
from crawler.spiders.articles import ArticleSpider, Wanted, is_front
from prrwatch.crawl import Reason, Revisit, Unchanged, Unreadable, Validators
from prrwatch.document import Item
from prrwatch.urls import key
from storage import filing, jobs
from storage.store import open_store


def item(site, name):
    return Item(f"{site.url}/news/{name}", f"127.0.0.1:{site.port}/news/{name}")


def test_known_articles_are_not_asked_for_and_left_over_ones_are(worker, site, kit):
    way = kit.serve_feed(site, "one", "two")
    site.pages["/news/old"] = kit.Page(kit.article_of("old"), headers=kit.HTML)
    job = kit.job(way, known=frozenset({item(site, "one").key}), carry=(item(site, "old"), item(site, "two")))
    done = worker.do(job)
    assert sorted(each.item.url[-3:] for each in done.fetched) == ["old", "two"]
    assert site.paths().count("/news/two") == 1
    assert "/news/one" not in site.paths()


def test_revisits_are_conditional(worker, site, kit):
    way = kit.serve_feed(site, "new")
    for name in ("same", "edited"):
        site.pages[f"/news/{name}"] = kit.Page(kit.article_of(name), headers={**kit.HTML, "ETag": f'"{name}"'})
    revisit = tuple(
        Revisit(item(site, name), Validators(f"{site.url}/news/{name}", etag))
        for name, etag in (("same", '"same"'), ("edited", '"before"'), ("removed", '"r"'))
    )
    done = worker.do(kit.job(way, revisit=revisit, known=frozenset({each.item.key for each in revisit})))
    assert [each.item.url[-4:] for each in done.records if isinstance(each, Unchanged)] == ["same"]
    assert {each.item.url[-4:] for each in done.fetched} == {"/new", "ited"}
    edited = next(each for each in done.fetched if each.item.url.endswith("edited"))
    assert edited.validators == Validators(f"{site.url}/news/edited", '"edited"')
    assert [(str(each.reason), each.permanent) for each in done.unreadable] == [("http-404", True)]


def test_max_pages_cuts_the_pass_short(worker, site, kit):
    way = kit.serve_feed(site, *"abcdef")
    done = worker.do(kit.job(way, max_pages=2))
    assert len(done.fetched) == 2
    assert "max_pages" in done.end.cut_short


def test_an_article_that_redirects_home_is_none(worker, site, kit):
    way = kit.serve_feed(site, "one", "gone", "moved")
    site.pages["/"] = kit.Page(kit.article_of("home"), headers=kit.HTML)
    site.pages["/news/gone"] = kit.Page(status=302, headers={"Location": "/"})
    site.pages["/news/moved"] = kit.Page(status=301, headers={"Location": "/news/two"})
    site.pages["/news/two"] = kit.Page(kit.article_of("two"), headers=kit.HTML)
    done = worker.do(kit.job(way, homepage=f"{site.url}/"))
    assert {each.document.url[-3:] for each in done.fetched} == {"one", "two"}
    assert [(str(each.reason), each.permanent) for each in done.unreadable] == [("no-articles", True)]


@pytest.mark.parametrize(
    ("front", "landed"),
    [
        (True, "https://example.org/"),
        (True, "https://example.org/feed"),
        (True, "https://example.org/en"),
        (True, "https://example.org/section/"),
        (False, "https://example.org/section/news/1"),
        (False, "https://example.org/section/news/1-with-its-title"),
        (False, "https://example.org/files/1.pdf"),
    ],
)
def test_where_articles_that_are_gone_lead(kit, front, landed):
    source = kit.job(kit.feed("https://example.org/feed"), homepage="https://example.org/").source
    asked = "https://example.org/section/news/1"
    assert is_front(Item(asked, key(asked)), landed, source) is front


def test_classes_of_unreadable_articles(worker, site, kit):
    way = kit.serve_feed(site, "one", "gone", "broken", "huge", "blank")
    site.pages["/news/gone"] = kit.Page(b"x", status=404)
    site.pages["/news/broken"] = kit.Page(b"x", status=502)
    site.pages["/news/huge"] = kit.Page(bytes(1_500_000), headers=kit.HTML)
    site.pages["/news/blank"] = kit.Page(b"<html></html>", headers=kit.HTML)
    done = worker.do(kit.job(way))
    told = {each.item.url.rpartition("/")[2]: (str(each.reason), each.permanent) for each in done.unreadable}
    assert told["gone"] == ("http-404", True)
    assert told["broken"] == ("http-5xx", False)
    assert told["huge"] == ("too-large", True)
    assert told["blank"][1]
    blank = next(each for each in done.unreadable if each.item.url.endswith("blank"))
    assert blank.original.body == b"<html></html>"
    assert [each.document.title for each in done.fetched] == ["Story one"]


class ServedSpider(ArticleSpider):
    """An article spider to whom every page comes at once."""

    async def fetch(self, url, validators=None, accept=""):
        return Answer(url, url, 200, (), b"<html>", datetime.now(UTC))


@pytest.mark.parametrize(("reason", "is_tried_again"), [(Reason.TIMEOUT, True), (Reason.TOO_LARGE, False)])
async def test_a_page_not_read_in_time_is_tried_again_and_one_too_large_is_not(tmp_path, kit, reason, is_tried_again):
    class Bench:
        async def call(self, *_):
            return Broken(reason, "not read within its limits")

    async def say(record):
        said.append(record)

    said, now = [], datetime.now(UTC)
    plan = kit.job(kit.feed("http://a.example/feed"))
    lasting = Lasting(HostClocks(), Robots(), Bench(), say, Crawler(Spider))
    with open_store(tmp_path / "prrwatch.db") as store:
        job = jobs.job(store, plan.source, plan.policy, (), now)
        errand = Errand(job, lasting, now, monotonic() + 60, Guard.of(()), pages=9)
        wanted = Item("http://a.example/news/one", "a.example/news/one")
        await ServedSpider(errand, wanted=[Wanted(wanted)]).run()
        assert [(type(each), each.reason, each.permanent) for each in said] == [
            (Unreadable, reason, not is_tried_again)
        ]
        filing.file(store, said, now)
        later = jobs.job(store, plan.source, plan.policy, (), now + timedelta(hours=1))
        assert [each.key for each in later.carry] == [wanted.key] * is_tried_again
        assert (wanted.key in later.known) is not is_tried_again


def test_a_host_that_fails_again_and_again_is_left_alone(worker, site, kit):
    way = kit.serve_feed(site, *(f"n{number}" for number in range(30)))
    for number in range(30):
        site.pages[f"/news/n{number}"] = kit.Page(b"x", status=500)
    done = worker.do(kit.job(way))
    assert 5 <= len(done.unreadable) <= 9
    assert "in a row" in done.end.cut_short


def test_a_pdf_article(worker, site, kit):
    way = kit.serve_feed(site, "paper")
    site.pages["/news/paper"] = kit.Page(
        pdf_of("The ministry brought forty women home"), headers={"Content-Type": "application/pdf"}
    )
    done = worker.do(kit.job(way))
    assert done.reasons() == []
    assert done.fetched[0].document.media_type == "application/pdf"
    assert "forty women" in done.fetched[0].document.text


def pdf_of(sentence: str) -> bytes:
    """A PDF of one page that says the sentence over and over, written by hand."""
    lines = " ".join(f"({sentence} on day {number}.) Tj 0 -14 Td" for number in range(1, 30))
    stream = f"BT /F1 12 Tf 72 750 Td {lines} ET".encode()
    resources = b"<< /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources %s >>" % resources,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    body += b"xref\n0 6\n0000000000 65535 f \n" + table
    return body + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
