"""The worker as a whole: jobs in, records out."""

from __future__ import annotations


def test_a_feed_and_its_articles(worker, site, kit):
    way = kit.serve_feed(site, "one", "two")
    done = worker.do(kit.job(way))
    assert done.failures() == [None]
    assert [item.url for item in done.ways[0].items] == [f"{site.url}/news/one", f"{site.url}/news/two"]
    assert done.ways[0].items[0].published.value == "2024-11-27T10:30:00+00:00"
    assert {each.document.title for each in done.fetched} == {"Story one", "Story two"}
    assert done.fetched[0].original.body == kit.article_of(done.fetched[0].item.url[-3:])
    assert done.end.requests == 4
    assert done.end.cut_short == ""
