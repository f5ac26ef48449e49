from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_world import DAY, HOUR, MINUTE, NOW, POLICY, done, fetched, item, source, unreadable, verdict, way_read

from prrwatch.crawl import Reason, Unchanged
from prrwatch.health import PassHistory
from storage import filing, jobs, judging, rows, sightings
from storage.records import Decision

ITEMS = tuple(item(n, published=NOW - n * HOUR) for n in range(6))
AGES = (HOUR, DAY)


def begin(store, now=NOW, each=None, policy=POLICY):
    return jobs.job(store, each or source(), policy, AGES, now)


def judge(store, *, relevant=True):
    decisions = [
        Decision(each.id, each.version, verdict(each.document.text, relevant=relevant))
        for each in judging.unjudged(store, "rules-1", 100)
    ]
    judging.record(store, decisions, NOW)


def test_a_job_knows_nothing_at_first_and_its_id_is_its_own(store):
    one, other = begin(store), begin(store)
    assert (one.known, one.carry, one.revisit, one.validators, one.clocks) == (frozenset(), (), (), (), ())
    assert one.source == source()
    assert one.id != other.id


def test_what_another_source_read_on_the_same_host_is_known(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0])], NOW)
    same_host = begin(store, each=source("other"))
    elsewhere = begin(store, each=source("third", host="elsewhere.example.org"))
    assert same_host.known == {ITEMS[0].key}
    assert elsewhere.known == frozenset()


def test_carry_holds_the_newest_first_one_pass_at_a_time_and_the_rest_is_not_known(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, reversed(ITEMS))], NOW)
    small = begin(store, policy=replace(POLICY, max_pages=2))
    assert small.carry == ITEMS[:2]
    assert small.known == frozenset()


def test_failures_are_tried_again_later_and_later_and_given_up(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS[:1])], NOW)
    now, waits = NOW, []
    while carry := begin(store, now).carry:
        assert carry == ITEMS[:1]
        filing.file(store, [unreadable(f"j{len(waits)}", ITEMS[0], at=now)], now)
        planned = rows.at_or_none(store.query("SELECT next_try FROM sightings")[0]["next_try"])
        if planned is None:
            break
        waits.append(planned - now)
        if planned > now:
            assert begin(store, planned - MINUTE).carry == ()
            assert begin(store, planned - MINUTE).known == {ITEMS[0].key}
        now = planned
    assert tuple(waits) == sightings.BACK_OFF
    assert now - NOW > timedelta(days=6)
    assert begin(store, now + 365 * DAY).carry == ()
    assert begin(store, now + 365 * DAY).known == {ITEMS[0].key}


def test_what_is_permanently_unreadable_is_never_asked_for_again(store):
    job = begin(store)
    refused = unreadable(job.id, ITEMS[0], Reason.ROBOTS_DISALLOW, permanent=True)
    filing.file(store, [way_read(job.id, ITEMS[:1]), refused], NOW)
    assert begin(store, NOW + 365 * DAY).carry == ()
    assert begin(store, NOW + 365 * DAY).known == {ITEMS[0].key}


@pytest.mark.parametrize("relevant", [True, False])
def test_only_relevant_documents_are_looked_at_again(store, relevant):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0]), done(job.id)], NOW)
    judge(store, relevant=relevant)
    assert begin(store, NOW + 59 * MINUTE).revisit == ()
    assert len(begin(store, NOW + HOUR).revisit) == relevant


def test_each_age_of_the_plan_brings_one_look(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0]), done(job.id)], NOW)
    judge(store)
    due = begin(store, NOW + 2 * HOUR).revisit
    assert [(each.item, each.validators.etag, each.validators.url) for each in due] == [
        (ITEMS[0], '"v1"', ITEMS[0].url)
    ]
    filing.file(store, [Unchanged(job.id, ITEMS[0], NOW + 2 * HOUR)], NOW)
    assert begin(store, NOW + 23 * HOUR).revisit == ()
    assert len(begin(store, NOW + 25 * HOUR).revisit) == 1
    filing.file(store, [fetched(job.id, ITEMS[0], at=NOW + 25 * HOUR)], NOW)
    assert begin(store, NOW + 30 * HOUR).revisit == ()


def test_a_look_that_was_missed_is_made_up_for_but_not_for_ever(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0]), done(job.id)], NOW)
    judge(store)
    assert len(begin(store, NOW + 2 * DAY).revisit) == 1
    assert begin(store, NOW + 10 * DAY).revisit == ()


def test_histories_tell_of_every_source_asked_for(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, failure=Reason.DNS), way_read(job.id, way=1, failure=Reason.DNS)], NOW)
    filing.file(store, [done(job.id)], NOW)
    begin(store, NOW + HOUR, each=source("running"))
    found = jobs.histories(store, ["example", "running", "unheard"])
    assert found["example"].planned > NOW
    assert found | {"example": replace(found["example"], planned=None)} == {
        "example": PassHistory("example", NOW, NOW + MINUTE, 1),
        "running": PassHistory("running", NOW + HOUR, None),
        "unheard": PassHistory("unheard"),
    }
