"""What documents state, filed in any order, twice, corrected and taken back: the same ledger, and nothing left over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_world import DAY, NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch.document import Dated, Precision
from prrwatch.statements import NOTHING, statements
from storage import filing, jobs, judging, upcoming
from storage import statements as ledger
from storage.records import Decision

TEXTS = (
    "Kazakhstan repatriated 148 women from camps in Syria on 2 March 2026, the Ministry of Foreign Affairs said.",
    "Kazakhstan repatriated 156 women from camps in Syria on 2 March 2026, the Ministry of Foreign Affairs said.",
    "The third meeting on the reintegration of returnees from Syria will be held in Tashkent on 14 March 2026.",
    "The third meeting on the reintegration of returnees from Syria will be held in Tashkent on 20 March 2026.",
    "The third meeting on the reintegration of returnees that was planned in Tashkent for 14 March 2026 is cancelled.",
    "To date more than 2,100 citizens were repatriated from Syria, according to the Ministry of Foreign Affairs.",
    "Nothing of the kind.",
)
ITEMS = tuple(item(n) for n in range(3))
MARCH = Dated(datetime(2026, 3, 1, tzinfo=UTC), Precision.DAY, "1 March 2026", "meta")
TABLES = ("figures", "claims", "claim_tellings", "claim_conflicts", "event_tellings", "story_facts")


def judge(store, *, relevant=True, ruleset="rules-1"):
    for each in judging.unjudged(store, ruleset, 100):
        read = replace(each.document, published=MARCH)
        found = verdict(read.text, relevant=relevant, ruleset=ruleset)
        stated = statements(read) if relevant else NOTHING
        story = each.story or f"s-{each.id % 2}"
        judging.record(store, [Decision(each.id, each.version, found, story, "first", statements=stated)], NOW)


def everything(store):
    found = {name: sorted((tuple(row) for row in store.query(f"SELECT * FROM {name}")), key=str) for name in TABLES}
    return found | {"occasions": [tuple(row) for row in store.query("SELECT * FROM occasions ORDER BY id")]}


def told(ledger):
    """The tellings without the ids of their occasions; each must have one. One that nobody tells of any more stays."""
    assert {row[2] for row in ledger["event_tellings"]} <= {row[0] for row in ledger["occasions"]}
    return sorted(row[:2] + row[3:] for row in ledger["event_tellings"])


def refresh(store):
    with store.transaction():
        for row in store.query("SELECT id FROM stories"):
            ledger.refresh(store, row["id"])


@pytest.fixture
def filed(store):
    job = jobs.job(store, source(), POLICY, (), NOW)
    filing.file(store, [way_read(job.id, ITEMS), done(job.id)], NOW)
    return store


def read(store, number, text, at):
    filing.file(store, [fetched(f"job-{at.isoformat()}", ITEMS[number], text, at=at)], at)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(TEXTS)), min_size=1, max_size=6), st.integers(0, 10**6))
def test_judging_again_and_making_anew_change_nothing(filed, pages, day):
    for number, (place, text) in enumerate(pages):
        read(filed, place, text, NOW + (day * 100 + number) * DAY / 1000)
        judge(filed)
    before = everything(filed)
    judge(filed, ruleset="rules-2")
    judge(filed, ruleset="rules-1")
    refresh(filed)
    assert everything(filed) == before
    assert filed.query("PRAGMA foreign_key_check") == []
    versions = {row["version"] for row in filed.query("SELECT version FROM claim_tellings")}
    assert versions <= {row["version"] for row in filed.query("SELECT version FROM figures")}
    judge(filed, relevant=False, ruleset="rules-3")
    assert filed.number("SELECT count(*) FROM claims") == filed.number("SELECT count(*) FROM events") == 0
    judge(filed, ruleset="rules-1")
    assert [row[:4] for row in everything(filed)["claims"]] == [row[:4] for row in before["claims"]]
    # An occasion is named by who told it first, and old versions come back after the present ones: only what is told
    # must be the same.
    assert told(everything(filed)) == told(before)


def test_a_decision_that_breaks_leaves_nothing(filed):
    read(filed, 0, TEXTS[0], NOW)
    [each] = judging.unjudged(filed, "rules-1", 10)
    stated = statements(replace(each.document, published=MARCH))
    before = everything(filed)
    huge = replace(stated.figures[0], figure=replace(stated.figures[0].figure, number=2**70))
    broken = Decision(
        each.id, each.version, verdict(each.document.text), "s-1", "first", statements=replace(stated, figures=(huge,))
    )
    with pytest.raises(OverflowError):
        judging.record(filed, [broken], NOW)
    assert everything(filed) == before
    assert judging.backlog(filed, "rules-1") == 1


def test_an_event_that_nobody_was_told_of_is_not_upcoming_for_anybody(filed):
    read(filed, 0, TEXTS[2], NOW)
    judge(filed)
    day = datetime(2026, 3, 14, tzinfo=UTC).date()
    assert upcoming.upcoming(filed, day, day) == ()
    assert [each.name[:13] for each in upcoming.of_stories(filed, ["s-1"], (day, day))] == ["third meeting"]
