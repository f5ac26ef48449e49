"""What makes a source doubtful, told from several passes, and what looks like it and does not."""

from __future__ import annotations

from datetime import timedelta

from storage_world import DAY, HOUR, NOW, POLICY, item, source, way_read

from prrwatch.crawl import Comparison, JobDone, Reason
from prrwatch.health import State
from storage import filing, gaps, health, jobs

MINUTE = timedelta(minutes=1)


def look(store, at, listed, beside=(), missed=0, **feed):
    """A pass: its feed, and after it the listing; beside it when `missed` articles are only there."""
    job = jobs.job(store, source(), POLICY, (), at)
    records = [way_read(job.id, listed, at=at, **feed)]
    if beside:
        counts = None if feed else Comparison(0, only_this=missed, new_only_this=missed)
        records.append(way_read(job.id, beside, at=at + MINUTE, way=1, compared=counts))
    end = at + 2 * MINUTE
    filing.file(store, [*records, JobDone(job.id, "example", at, end, 2, 100)], end)
    known = health.health(store, "example")
    return known.state, known.reason


def dated(first, last, at):
    return [item(n, published=at - n * HOUR) for n in range(first, last)]


def test_a_listing_without_dates_that_stands_in_for_the_feed_has_promised_none(store):
    for day in range(4):
        look(store, NOW + day * DAY, dated(10 * day, 10 * day + 10, NOW))
    undated = [item(n) for n in range(100, 110)]
    assert look(store, NOW + 4 * DAY, (), undated, failure=Reason.TIMEOUT) == (State.OK, None)
    assert look(store, NOW + 5 * DAY, undated) == (State.DOUBTFUL, Reason.UNDATED), "the feed itself did"


def test_two_comparisons_since_a_way_last_listed_anything_new_show_that_it_stands_still(store):
    feed = dated(0, 10, NOW)
    look(store, NOW, feed)
    look(store, NOW + DAY, feed, [item(50)], missed=1)  # the first one shows the past
    fresh = [item(11), *feed]
    assert look(store, NOW + 2 * DAY, fresh, [item(51)], missed=9) == (State.OK, None)
    assert look(store, NOW + 3 * DAY, fresh, [item(52)], missed=3)[0] is State.OK, "not the pass that listed news"
    assert look(store, NOW + 4 * DAY, fresh, [item(53)], missed=3) == (State.DOUBTFUL, Reason.STALE)


def test_what_fell_into_a_gap_is_no_sign_of_standing_still(store):
    feed = dated(0, 10, NOW)
    look(store, NOW, feed)
    look(store, NOW + DAY, feed, [item(50)], missed=1)
    after = dated(200, 210, NOW + 9 * DAY)
    look(store, NOW + 9 * DAY, after)
    assert gaps.unfilled_since(store, "example") is not None
    assert look(store, NOW + 9 * DAY + HOUR, after, [item(150)], missed=30)[0] is State.OK
    assert gaps.unfilled_since(store, "example") is None
    assert look(store, NOW + 10 * DAY + HOUR, after, [item(151)], missed=3) == (State.OK, None)
    assert look(store, NOW + 11 * DAY + HOUR, after, [item(152)], missed=3) == (State.DOUBTFUL, Reason.STALE)
