"""Comparisons in the store: when they are due, what they count, what becomes of what only they found."""

from __future__ import annotations

from datetime import timedelta

from storage_world import DAY, HOUR, LISTING, NOW, POLICY, item, source, way_read

from prrwatch.crawl import Comparison, JobDone, Reason
from storage import comparing, filing, jobs


def walk(store, at, first, second=None, **more):
    """One pass over the example: what its feed lists, and what its listing lists beside."""
    job = jobs.job(store, source(), POLICY, (), at)
    records = [way_read(job.id, first, at=at)]
    if second is not None:
        counts = more.pop("counts", Comparison(0, new_only_this=len(second)))
        records.append(way_read(job.id, second, at=at, way=1, compared=counts, **more))
    filing.file(store, [*records, JobDone(job.id, "example", at, at, 2, 100)], at)
    return job


def news(store):
    return {row["key"] for row in store.query("SELECT key FROM sightings WHERE baseline = 0")}


def test_it_is_due_once_a_day_after_the_baseline_and_asks_unconditionally(store):
    assert walk(store, NOW, [item(1)]).compare == ()
    assert walk(store, NOW + HOUR, [item(1)]).compare == ()
    assert walk(store, NOW + DAY, [item(1)], [item(1)]).compare == (1,)
    assert walk(store, NOW + DAY + HOUR, [item(1)]).compare == ()
    failed = walk(store, NOW + 2 * DAY, [item(1)], [], failure=Reason.HTTP_404, counts=Comparison(0))
    assert failed.compare == (1,)
    assert walk(store, NOW + 2 * DAY + HOUR, [item(1)]).compare == (), "a way that fails is not asked at every pass"


def test_the_first_comparison_shows_the_past_and_later_ones_news(store):
    walk(store, NOW, [item(1)])
    old, fresh = item(2, published=NOW - 9 * DAY), item(3, published=NOW + DAY)
    walk(store, NOW + DAY, [item(1)], [item(1), old, fresh, item(4)])
    assert news(store) == {fresh.key}, "what is undated or old was there before: no flood"
    assert comparing.missed(store, NOW) == ()
    walk(store, NOW + 2 * DAY, [item(1)], [item(5)])
    assert item(5).key in news(store)
    [missed] = comparing.missed(store, NOW)
    assert (missed.source, missed.url, missed.articles) == ("example", LISTING, 1)
    assert comparing.missed(store, NOW + 3 * DAY) == ()
    assert {row["missed_by_other"] for row in store.query("SELECT * FROM ways_compared")} <= {0, 1}


def test_a_way_that_was_only_compared_may_still_show_its_archive_when_it_is_needed(store):
    walk(store, NOW, [item(1)])
    walk(store, NOW + DAY, [item(1)], [item(1)])
    archive = [item(n) for n in range(10, 60)]
    job = jobs.job(store, source(), POLICY, (), NOW + DAY + HOUR)
    late = NOW + DAY + timedelta(hours=1)
    filing.file(store, [way_read(job.id, archive, at=late, way=1)], late)
    assert news(store) == set()


def test_filed_twice_it_counts_once(store):
    walk(store, NOW, [item(1)])
    job = jobs.job(store, source(), POLICY, (), NOW + DAY)
    read = way_read(job.id, [item(2)], at=NOW + DAY, way=1, compared=Comparison(0, new_only_this=1))
    filing.file(store, [read, read], NOW + DAY)
    filing.file(store, [read], NOW + DAY)
    assert store.query("SELECT count(*) AS n, sum(baseline) AS b FROM way_comparisons")[0]["n"] == 1
