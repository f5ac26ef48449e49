"""A second way is walked beside the first that works, when the job says so."""

from __future__ import annotations

from prrwatch.crawl import Comparison


def serve(kit, site):
    way = kit.serve_feed(site, "one", "two")
    site.pages["/all"] = kit.Page(
        b'<a class=card href="/news/two">Two</a><a class=card href="/news/three">Three</a>'
        b'<a rel=next href="/all?2">2</a>',
        headers=kit.HTML,
    )
    site.pages["/news/three"] = kit.Page(kit.article_of("three"), headers=kit.HTML)
    return way, kit.listing(f"{site.url}/all", items="a.card", next="a[rel=next]")


def test_what_only_the_second_way_lists_is_counted_and_read(kit, site, worker):
    done = worker.do(kit.job(*serve(kit, site), compare=(1,)))
    first, second = done.ways
    assert first.compared is None
    assert second.compared == Comparison(0, both=1, only_other=1, only_this=1, new_only_other=1, new_only_this=1)
    assert sorted(each.item.url.rpartition("/")[2] for each in done.fetched) == ["one", "three", "two"]
    assert "/all?2" not in site.paths(), "one page is enough to compare"


def test_without_being_told_so_one_way_is_enough(kit, site, worker):
    done = worker.do(kit.job(*serve(kit, site)))
    assert len(done.ways) == 1
    assert "/all" not in site.paths()


def test_a_second_way_that_fails_is_named_and_harms_nothing(kit, site, worker):
    way, listing = serve(kit, site)
    site.pages["/all"] = kit.Page(b"no", 403)
    done = worker.do(kit.job(way, listing, compare=(1,)))
    assert done.failures() == [None, "http-403"]
    assert done.ways[1].compared == Comparison(0)
    assert len(done.fetched) == 2


def test_a_pass_that_already_needed_the_second_way_compares_with_the_third(kit, site, worker):
    way, listing = serve(kit, site)
    site.pages["/broken"] = kit.Page(b"no", 404)
    done = worker.do(kit.job(kit.feed(f"{site.url}/broken"), listing, way, compare=(1, 2)))
    assert [(read.way, read.failure and str(read.failure)) for read in done.ways] == [
        (0, "http-404"),
        (1, None),
        (2, None),
    ]
    assert done.ways[2].compared.against == 1


def test_what_a_long_second_way_adds_is_bounded(kit, site, worker):
    way = kit.serve_feed(site, "one")
    locs = "".join(f"<url><loc>{site.url}/news/{n}</loc></url>" for n in range(300))
    site.pages["/one"] = kit.Page(f"<urlset>{locs}</urlset>".encode(), headers={**kit.XML, "ETag": '"1"'})
    index = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("one", "two", "three"))
    site.pages["/map"] = kit.Page(f"<sitemapindex>{index}</sitemapindex>".encode(), headers=kit.XML)
    done = worker.do(kit.job(way, kit.sitemap(f"{site.url}/map"), compare=(1,), max_pages=5))
    second = done.ways[1]
    assert len(second.items) == 50
    assert second.validators == (), "a 304 would hide the rest"
    assert second.compared.only_this == 300
    assert not {"/two", "/three"} & set(site.paths()), "the newest files are enough to compare"


def test_a_way_that_is_switched_off_is_not_asked(kit, site, worker):
    way, listing = serve(kit, site)
    done = worker.do(kit.job(way, listing, off=frozenset({0})))
    assert [read.way for read in done.ways] == [1]
    assert "/feed" not in site.paths()
