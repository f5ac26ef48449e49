from __future__ import annotations

from dataclasses import replace

from storage_world import DAY, HOUR, NOW, POLICY, done, fetched, item, quiet, source, verdict, way_read

from prrwatch.alert import Alert, AlertKind, Recipient
from prrwatch.crawl import Reason
from prrwatch.health import State
from storage import filing, health, jobs, judging, outbox, sources
from storage.records import Coverage, Decision, Told, Unread

ITEMS = tuple(item(n) for n in range(3))


def read(store, each, now, *ways):
    job = jobs.job(store, each, POLICY, (), now)
    filing.file(store, [*(replace(way, job=job.id) for way in ways), done(job.id, at=now, source=each.id)], now)
    return job


def test_a_source_that_was_never_read_is_new_and_one_that_is_off_is_disabled(store):
    off = source("off", enabled=False, note="moved")
    new, disabled = health.healths(store, [source(), off])
    assert (new.state, [way.state for way in new.ways]) == (State.NEW, [State.NEW, State.NEW])
    assert (disabled.state, disabled.detail) == (State.DISABLED, "moved")


def test_health_comes_back_as_it_was_saved(store):
    read(store, source(), NOW, way_read("", failure=Reason.TLS, detail="expired"), way_read("", ITEMS, way=1))
    (after,) = health.healths(store, [source()])
    assert (after.state, after.reason, after.last_new) == (State.OK, None, NOW)
    assert [(way.way, way.state, way.reason, way.detail) for way in after.ways] == [
        ("feed", State.BROKEN, Reason.TLS, "expired"),
        ("listing", State.OK, None, ""),
    ]
    row = store.query("SELECT * FROM source_health")[0]
    assert (row["id"], row["state"], row["unread"]) == ("example", "ok", 3)


def test_silence_is_judged_by_a_pass(store):
    watched = source(expect=quiet(7))
    read(store, watched, NOW, way_read("", ITEMS))
    read(store, watched, NOW + 6 * DAY, way_read("", unchanged=True, at=NOW + 6 * DAY))
    assert health.healths(store, [watched])[0].state is State.OK
    for days in (8, 9):
        read(store, watched, NOW + days * DAY, way_read("", unchanged=True, at=NOW + days * DAY))
        (silent,) = health.healths(store, [watched])
        assert (silent.state, silent.reason, silent.since) == (State.QUIET, Reason.QUIET, NOW + 8 * DAY)


def test_operators_are_told_and_it_is_noted_in_one_step(store):
    sources.mirror(store, [source()], NOW)
    read(store, source(), NOW, way_read("", failure=Reason.DNS), way_read("", failure=Reason.DNS, way=1))
    assert health.told(store) == ()
    notice = Told("example", State.BROKEN, Reason.DNS, NOW)
    alert = Alert("notice-0001", AlertKind.OPERATOR, "operators", "room", (), "source example: broken (dns)")
    health.tell(store, [notice], [(alert, [Recipient("room", "room")])], NOW)
    assert health.told(store) == (notice,)
    assert outbox.counts(store).waiting == 1
    read(store, source(), NOW + HOUR, way_read("", ITEMS))
    assert health.told(store) == (notice,)


def test_coverage_says_what_was_not_read(store):
    broken, off = source("broken"), source("off", enabled=False)
    sources.mirror(store, [source(), broken, off, source("never")], NOW)
    job = read(store, source(), NOW, way_read("", ITEMS))
    filing.file(store, [fetched(job.id, each) for each in ITEMS], NOW)
    one, two, three = judging.unjudged(store, "rules-1", 9)
    judging.record(
        store,
        [
            Decision(one.id, one.version, verdict(one.document.text)),
            Decision(two.id, two.version, verdict(two.document.text, relevant=False, score=0.7)),
            Decision(three.id, three.version, verdict(three.document.text, relevant=False, score=0.1)),
        ],
        NOW,
    )
    good = replace(way_read("", ITEMS[:1]), source="broken")
    read(store, broken, NOW - 2 * DAY, replace(good, at=NOW - 2 * DAY))
    read(store, broken, NOW, replace(good, failure=Reason.HTTP_5XX))
    covered = health.coverage(store, NOW - DAY, NOW + DAY)
    since = covered.unread[0].since
    assert covered == Coverage(("example",), (Unread("broken", since), Unread("never", None)), 3, 1, 1)
    assert NOW - 2 * DAY <= since < NOW - DAY


def test_mirroring_disables_what_left_the_catalogue(store):
    sources.mirror(store, [source(), source("other")], NOW)
    sources.mirror(store, [source()], NOW)
    assert [tuple(row) for row in store.query("SELECT id, enabled FROM sources ORDER BY id")] == [
        ("example", 1),
        ("other", 0),
    ]
    assert sources.source(store, "example") == source()
    sources.mirror(store, [source(), source("other")], NOW)
    assert store.number("SELECT sum(enabled) FROM sources") == 2
