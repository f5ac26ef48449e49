"""Only the bytes of old pages that nothing was ever found in are forgotten."""

from __future__ import annotations

import pytest
from storage_world import DAY, NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch.stories import sketch
from storage import bodies, check, filing, jobs, judging, retention
from storage.records import Decision

ITEMS = tuple(item(n) for n in range(9))
LATER = NOW + 200 * DAY


@pytest.fixture
def filled(store):
    """1 and 5 relevant, 2 a near miss, 3 labelled, 4 not judged, 6 to 8 nothing, 9 with a remark on it."""
    job = jobs.job(store, source(), POLICY, (), NOW)
    filing.file(store, [way_read(job.id, ITEMS), *(fetched(job.id, each) for each in ITEMS), done(job.id)], NOW)
    for stored in judging.unjudged(store, "r", 100):
        if stored.id != 4:
            judging.record(store, [_decision(stored)], NOW)
    with store.transaction():
        store.write("INSERT INTO labels (document, version, relevant, note, by, at) VALUES (3, 3, 0, '', 'me', '')")
        # It has left its story since: what a person said is all that keeps it.
        store.write(
            "INSERT INTO remarks (document, version, story, what, note, by, at) "
            "VALUES (9, 9, 's-1', 'wrong-story', '', 'me', '')"
        )
    return store


def _decision(stored) -> Decision:
    text = stored.document.text
    judged = {1: (True, 1.5), 2: (False, 0.5), 5: (True, 1.0)}.get(stored.id, (False, 0.0))
    found = verdict(text, relevant=judged[0], score=judged[1], ruleset="r")
    if not judged[0]:
        return Decision(stored.id, stored.version, found)
    return Decision(stored.id, stored.version, found, f"s-{stored.id}", "first", sketch(text))


def test_old_originals_of_nothing_go_and_the_rest_stays(filled):
    addresses = [row["sha256"] for row in filled.query("SELECT sha256 FROM originals ORDER BY document")]
    assert retention.prune(filled, NOW - DAY, LATER, 100) == 0
    told = retention.prunable(filled, LATER)
    assert (told.originals, told.kept) == (3, 6)
    assert told.bytes > 0
    assert retention.prune(filled, LATER, LATER, 100) == 3
    assert [bodies.body(filled, each) is not None for each in addresses] == [True] * 5 + [False] * 3 + [True]
    rows = filled.query("SELECT document, status, headers FROM originals WHERE pruned IS NOT NULL ORDER BY document")
    assert [row["document"] for row in rows] == [6, 7, 8]
    assert all(row["status"] == 200 and "Content-Type" in row["headers"] for row in rows)
    assert check.check(filled) == ()
    assert retention.prunable(filled, LATER) == retention.Prunable(0, 0, 6)


def test_a_body_that_another_original_names_stays_and_one_that_comes_back_is_kept_again(filled):
    [shared] = filled.query("SELECT sha256 FROM originals WHERE document = 1")
    with filled.transaction():
        filled.write("UPDATE originals SET sha256 = ? WHERE document = 6", (shared["sha256"],))
    retention.prune(filled, LATER, LATER, 100)
    assert bodies.body(filled, shared["sha256"])
    job = jobs.job(filled, source(), POLICY, (), LATER)
    filing.file(filled, [fetched(job.id, ITEMS[6], at=LATER)], LATER)
    again = filled.query("SELECT sha256 FROM originals WHERE pruned IS NULL AND fetched > ?", ("2027",))
    assert all(bodies.body(filled, row["sha256"]) for row in again)
    assert check.check(filled) == ()


def test_a_kill_between_rows_and_bodies_is_made_good_by_the_next_time(filled):
    assert retention._mark(filled, LATER, LATER, 100) == 3
    assert check.check(filled) == ()
    retention.prune(filled, LATER, LATER, 100)
    assert filled.originals.conn.execute("SELECT count(*) FROM bodies").fetchone()[0] == 6


def test_no_more_than_the_limit_at_once(filled):
    assert [retention.prune(filled, LATER, LATER, 2) for _ in range(3)] == [2, 1, 0]
