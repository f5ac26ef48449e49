"""Rhythms, planned looks and gaps in the store: learned with what is filed, twice is once, a gap is answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from storage_world import DAY, HOUR, NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch.comparing import compared
from prrwatch.crawl import Comparison, Reason
from prrwatch.document import Dated, Precision
from prrwatch.planning import NO_OUTLOOK, Allowance, Rhythm, outlook
from prrwatch.planning.clock import SLOTS
from prrwatch.source import Way, WayKind
from storage import filing, gaps, jobs, judging, planning, sources
from storage.records import Decision
from storage.rows.planning import rhythm_of, rhythm_text

URL = source().ways[0].url


def dated(number):
    """Item `number` was published `number` hours after the beginning."""
    return replace(item(number), published=Dated(NOW + number * HOUR, Precision.SECOND, "", "feed"))


def window(last, size=10):
    return tuple(dated(number) for number in range(last, last - size, -1))


def look(store, at, items=(), more=(), **changes):
    """A pass over the source whose first way listed these items."""
    job = jobs.job(store, source(), POLICY, (), at)
    records = [way_read(job.id, items, at=at, **changes), *(replace(each, job=job.id) for each in more)]
    filing.file(store, [*records, done(job.id, at=at)], at)
    return job


@pytest.fixture
def watched(store):
    """A source that was looked at every five hours for four days."""
    for number in range(0, 100, 5):
        look(store, NOW + number * HOUR, window(number))
    return store


def test_what_is_listed_is_learned_and_the_next_look_is_planned(watched):
    rhythm = planning.rhythm(watched, "example")
    assert 20 < rhythm.items / rhythm.days < 28
    assert rhythm.window == 10
    history = jobs.histories(watched, ["example"])["example"]
    assert timedelta(minutes=5) <= history.due - history.last_started <= timedelta(hours=10), (
        "the window must not overflow"
    )
    assert planning.explained_until(watched, "example") is None, "four days show no rhythm"


def test_a_batch_that_is_filed_twice_is_learned_once(watched):
    at = NOW + 101 * HOUR
    job = jobs.job(watched, source(), POLICY, (), at)
    batch = [way_read(job.id, window(101), at=at), done(job.id, at=at)]
    filing.file(watched, batch, at)
    once = planning.rhythm(watched, "example")
    filing.file(watched, batch, at)
    assert planning.rhythm(watched, "example") == once


def test_what_is_judged_is_counted_once_and_not_again_by_other_rules(watched):
    job = jobs.job(watched, source(), POLICY, (), NOW + DAY)
    filing.file(watched, [fetched(job.id, item(number)) for number in range(3)], NOW + DAY)
    for ruleset in ("rules-1", "rules-2"):
        waiting = judging.unjudged(watched, ruleset, 9)
        found = [replace(verdict(each.document.text, relevant=each.id == 1), ruleset=ruleset) for each in waiting]
        decisions = [Decision(each.id, each.version, one) for each, one in zip(waiting, found, strict=True)]
        judging.record(watched, decisions, NOW + DAY)
    rhythm = planning.rhythm(watched, "example")
    assert (rhythm.judged, rhythm.relevant) == (3, 1)
    look(watched, NOW + 101 * HOUR, window(101))
    assert 2.9 < planning.rhythm(watched, "example").judged <= 3


def test_no_overlap_is_a_gap_that_other_ways_are_walked_for(watched):
    at = NOW + 130 * HOUR
    look(watched, at, window(130))
    [gap] = gaps.known(watched, NOW)
    assert (gap.source, gap.url, gap.since, gap.until) == ("example", URL, NOW + 95 * HOUR, at)
    assert (gap.reaches_back_to, gap.filled) == (NOW + 121 * HOUR, None)
    job = jobs.job(watched, source(), POLICY, (), at + HOUR)
    assert (job.gap_since, job.compare, job.validators) == (NOW + 95 * HOUR, (1,), ())
    _second_way(watched, job, at + HOUR, window(130, 50))
    [gap] = gaps.known(watched, NOW)
    assert (gap.found, gap.filled) == (25, at + HOUR + timedelta(minutes=1))
    assert jobs.job(watched, source(), POLICY, (), at + 2 * HOUR).gap_since is None


def test_a_way_that_reaches_no_further_back_fills_no_gap_and_is_asked_once(watched):
    at = NOW + 130 * HOUR
    look(watched, at, window(130))
    look(watched, at + HOUR, window(130), [way_read("", at=at, way=1, failure=Reason.DNS, compared=Comparison(0))])
    job = jobs.job(watched, source(), POLICY, (), at + 2 * HOUR)
    assert job.gap_since is not None, "nobody answered"
    _second_way(watched, job, at + 2 * HOUR, window(130, 12))
    [gap] = gaps.known(watched, NOW)
    assert (gap.found, gap.filled) == (2, None)
    assert jobs.job(watched, source(), POLICY, (), at + 5 * HOUR).gap_since is None


def _second_way(store, job, at, items):
    url = job.source.ways[1].url
    counts = compared(0, window(130), items, job.known | {each.key for each in job.carry})
    first = way_read(job.id, window(130), at=at)
    second = replace(way_read(job.id, items, at=at, way=1), url=url, compared=counts)
    filing.file(store, [first, second, done(job.id, at=at)], at)


@pytest.mark.parametrize(
    "changes",
    [{"unchanged": True}, {"failure": Reason.DNS}, {"compared": Comparison(0)}],
)
def test_what_shows_no_list_shows_no_gap(watched, changes):
    look(watched, NOW + 130 * HOUR, () if "compared" not in changes else window(130), **changes)
    assert gaps.known(watched, NOW) == ()


def test_another_way_that_dates_differently_is_no_gap(watched):
    at = NOW + 101 * HOUR
    undated = tuple(replace(each, published=None) for each in window(101))
    job = jobs.job(watched, source(), POLICY, (), at)
    failed, other = way_read(job.id, at=at, failure=Reason.DNS), way_read(job.id, undated, at=at, way=1)
    filing.file(watched, [failed, other, done(job.id, at=at)], at)
    assert gaps.known(watched, NOW) == ()


def test_what_is_picked_out_of_a_list_is_no_window(store):
    picked = replace(source(), ways=(Way(WayKind.FEED, URL, keep="Syria"),))
    for number in (10, 50):
        job = jobs.job(store, picked, POLICY, (), NOW + number * HOUR)
        filing.file(store, [way_read(job.id, window(number), at=NOW + number * HOUR), done(job.id)], NOW)
    assert gaps.known(store, NOW) == ()


def test_looks_are_planned_anew_when_the_wish_changes(watched):
    before = jobs.histories(watched, ["example"])["example"]
    rarely = replace(source(), every=timedelta(days=14))
    sources.mirror(watched, [rarely], NOW)
    view = outlook([rarely], planning.rhythms(watched), Allowance())
    planning.replan(watched, [rarely], view)
    assert jobs.histories(watched, ["example"])["example"].due > before.due


def test_a_clock_is_kept_as_it_stands(store):
    quick = replace(source(), every=timedelta(seconds=2))
    job = jobs.job(store, quick, POLICY, (), NOW)
    filing.file(store, [way_read(job.id, window(1)), done(job.id)], NOW, NO_OUTLOOK)
    assert jobs.histories(store, ["example"])["example"].due == NOW + timedelta(seconds=2)


def test_the_price_is_corrected_once_a_day_by_what_a_week_took(watched):
    assert planning.correction(watched, ["example"], 24.0, NOW + 4 * DAY) == 1.0, "less than a week was watched"
    assert planning.correction(watched, ["example"], 1.0, NOW + 4 * DAY + HOUR) == 1.0
    dear = planning.correction(watched, ["example"], 1.0, NOW + 8 * DAY)
    assert dear > 1.0
    assert planning.correction(watched, ["example"], 1.0, NOW + 8 * DAY + HOUR) == dear


def test_a_rhythm_that_was_kept_by_the_quarter_of_an_hour_is_read_on():
    quarters = [0.0] * 96
    quarters[9 * 4] = 3.0
    old = json.loads(rhythm_text(Rhythm(items=3.0))) | {"slots": quarters}
    now = rhythm_of(json.dumps(old))
    assert (len(now.slots), now.slots[9 * 12 : 9 * 12 + 4], now.items) == (SLOTS, (1.0, 1.0, 1.0, 0.0), 3.0)
    assert rhythm_of("{}") == Rhythm()
