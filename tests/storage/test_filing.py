from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_world import (
    DAY,
    FEED,
    HOUR,
    LISTING,
    MINUTE,
    NOW,
    POLICY,
    document,
    done,
    fetched,
    item,
    original,
    source,
    unreadable,
    way_read,
)

from prrwatch.crawl import HostClock, Paused, Reason, Unchanged, Validators
from prrwatch.document import Dated, Precision
from prrwatch.health import State
from storage import bodies, filing, health, jobs, runs, sources
from storage.records import Filed
from storage.store import open_store

ITEMS = tuple(item(n) for n in range(6))
TAG = (Validators(FEED, '"feed-1"', None),)


def begin(store, now=NOW, each=None):
    return jobs.job(store, each or source(), POLICY, (HOUR, DAY), now)


def table(store, sql):
    return [tuple(row) for row in store.query(sql)]


def everything(store):
    """All that is filed, in an order that does not depend on row ids."""
    return {
        "documents": table(
            store,
            """SELECT documents.key, documents.url, source, state, baseline, first_fetched, looked_at, n, title, text
            FROM documents JOIN versions ON versions.id = version ORDER BY key""",
        ),
        "versions": store.number("SELECT count(*) FROM versions"),
        "keys": table(store, "SELECT key, kind, host FROM document_keys ORDER BY key"),
        "sightings": table(
            store,
            """SELECT sightings.source, sightings.key, baseline, attempts, next_try, reason, document IS NULL
            FROM sightings ORDER BY 1, 2""",
        ),
        "originals": table(store, "SELECT url, fetched, sha256 FROM originals ORDER BY 1, 2"),
        "runs": table(store, "SELECT job, ended, requests, fetched, ok FROM runs ORDER BY 1"),
        "validators": table(store, "SELECT * FROM validators ORDER BY 1, 2"),
        "failures": table(store, "SELECT * FROM run_failures ORDER BY 1, 2"),
    }


def first_pass(job):
    return [
        way_read(job, ITEMS, validators=TAG),
        *(fetched(job, each) for each in ITEMS[:3]),
        unreadable(job, ITEMS[3]),
        unreadable(job, ITEMS[4], Reason.HTTP_404, permanent=True),
        done(job),
    ]


def test_a_pass_becomes_documents_sightings_and_plans(store):
    job = begin(store)
    filed = filing.file(store, first_pass(job.id), NOW)
    assert filed == Filed(listed=6, documents=(1, 2, 3), unreadable=2, ended=("example",))
    after = begin(store, NOW + HOUR)
    assert after.known == {each.key for each in (*ITEMS[:3], ITEMS[4])}
    assert set(after.carry) == {ITEMS[3], ITEMS[5]}
    assert after.validators == TAG


def test_filing_again_changes_nothing(store):
    job = begin(store)
    records = first_pass(job.id)
    filing.file(store, records, NOW)
    before = everything(store)
    assert filing.file(store, records, NOW + DAY) == Filed()
    for record in records:
        filing.file(store, [record], NOW + DAY)
    assert everything(store) == before


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_order_and_batches_do_not_matter_before_the_end_of_the_job(data):
    records = first_pass("j")[:-1]
    order = data.draw(st.permutations(records))
    twice = [*order, *data.draw(st.lists(st.sampled_from(records), max_size=3))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(twice)), max_size=3)))
    with tempfile.TemporaryDirectory() as folder:
        bounds = [0, *cuts, len(twice)]
        batches = [twice[start:end] for start, end in pairwise(bounds)]
        other = _filed(Path(folder) / "other.db", [*batches, [done("j")]])
    assert _at_once() == other


@cache
def _at_once():
    with tempfile.TemporaryDirectory() as folder:
        return _filed(Path(folder) / "one.db", [first_pass("j")])


def _filed(path, batches):
    with open_store(path) as store:
        sources.mirror(store, [source()], NOW)
        for batch in batches:
            filing.file(store, batch, NOW)
        return everything(store)


def test_the_same_text_is_no_version_and_another_text_or_title_is(store):
    job = begin(store)
    filing.file(store, first_pass(job.id), NOW)
    later = begin(store, NOW + DAY)
    assert filing.file(store, [fetched(later.id, ITEMS[0], at=NOW + DAY)], NOW) == Filed()
    changed = fetched(later.id, ITEMS[0], "Another text: 41 women.", at=NOW + 2 * DAY)
    assert filing.file(store, [changed], NOW) == Filed(versions=(1,))
    retitled = fetched(later.id, ITEMS[0], "Another text: 41 women.", at=NOW + 3 * DAY, title="Corrected")
    assert filing.file(store, [retitled], NOW) == Filed(versions=(1,))
    assert filing.file(store, [changed], NOW) == Filed()
    assert table(store, "SELECT n, title FROM versions WHERE document = 1 ORDER BY n") == [
        (1, "Article 0"),
        (2, "Article 0"),
        (3, "Corrected"),
    ]


def test_another_date_from_the_same_place_of_the_page_is_a_version(store):
    def read(n, published, origin):
        job = begin(store, NOW + n * DAY)
        dated = Dated(published, Precision.DAY, published.isoformat(), origin)
        listed = item(1)
        return filing.file(store, [fetched(job.id, listed, "41 women.", at=NOW + n * DAY, published=dated)], NOW)

    assert read(0, NOW - 9 * DAY, "feed") == Filed(documents=(1,))
    assert read(1, NOW - 9 * DAY, "feed") == Filed()
    assert read(2, NOW - 8 * DAY, "text") == Filed()
    assert read(3, NOW - 8 * DAY, "feed+sighting") == Filed()
    assert read(4, NOW - 8 * DAY, "feed") == Filed(versions=(1,))
    assert read(5, NOW - 8 * DAY, "feed") == Filed()


def test_a_version_never_changes(store):
    filing.file(store, first_pass(begin(store).id), NOW)
    with pytest.raises(Exception, match="a version never changes"), store.transaction():
        store.write("UPDATE versions SET text = 'rewritten'")


def test_another_sources_reading_is_no_version(store):
    job, other = begin(store), begin(store, each=source("copy"))
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0])], NOW)
    reading = fetched(other.id, ITEMS[0], "The same page read with other selectors.", at=NOW + HOUR, source="copy")
    filed = filing.file(store, [way_read(other.id, ITEMS[:1], source="copy"), reading], NOW)
    assert filed == Filed(listed=1)
    assert store.number("SELECT count(*) FROM documents") == store.number("SELECT count(*) FROM versions") == 1
    assert table(store, "SELECT source, document FROM sightings ORDER BY id") == [("example", 1), ("copy", 1)]


def test_a_redirect_is_the_same_document_under_both_keys(store):
    job = begin(store)
    moved = fetched(job.id, ITEMS[0], url=ITEMS[1].url, key=ITEMS[1].key)
    filing.file(store, [way_read(job.id, ITEMS[:2]), moved], NOW)
    assert table(store, "SELECT key, document FROM sightings ORDER BY key") == [
        (ITEMS[0].key, 1),
        (ITEMS[1].key, 1),
    ]
    assert {ITEMS[0].key, ITEMS[1].key} <= begin(store, NOW + HOUR).known


LONG = "In the morning the ministry said that women and children came home from the camps after long talks. " * 5


def test_an_edition_that_says_the_same_is_the_same_document(store):
    job = begin(store)
    amp = fetched(job.id, ITEMS[0], LONG + "AMP footer", alternates=(ITEMS[1].url,))
    main = fetched(job.id, ITEMS[1], LONG, at=NOW + MINUTE)
    filed = filing.file(store, [way_read(job.id, ITEMS[:2]), amp, main], NOW)
    assert filed == Filed(listed=2, documents=(1,))
    assert store.number("SELECT count(*) FROM versions") == 1


@pytest.mark.parametrize("more", [{"language": "ru"}, {"text": "Something quite different happened here. " * 9}])
def test_an_edition_that_says_something_else_is_another_document(store, more):
    job = begin(store)
    one = fetched(job.id, ITEMS[0], LONG, alternates=(ITEMS[1].url,))
    text = more.pop("text", LONG + "Translated.")
    other = fetched(job.id, ITEMS[1], text, at=NOW + MINUTE, alternates=(ITEMS[0].url,), **more)
    assert len(filing.file(store, [way_read(job.id, ITEMS[:2]), one, other], NOW).documents) == 2


def test_a_wrong_canonical_does_not_swallow_a_site(store):
    job = begin(store)
    home = ("https://news.example.org/",)
    read = [
        fetched(job.id, each, f"{n} {'different words ' * n} about something {n}.", title="Site", alternates=home)
        for n, each in enumerate(ITEMS)
    ]
    filed = filing.file(store, [way_read(job.id, ITEMS), *read], NOW)
    assert len(filed.documents) == 6


def test_garbage_as_alternate_does_no_harm(store):
    job = begin(store)
    odd = ("", "javascript:alert(1)", "http://[", "\0", "x" * 20_000)
    filing.file(store, [way_read(job.id, ITEMS[:1]), fetched(job.id, ITEMS[0], alternates=odd)], NOW)
    assert store.number("SELECT count(*) FROM documents") == 1


def test_the_first_good_pass_is_the_baseline(store):
    failed = begin(store)
    filing.file(store, [way_read(failed.id, failure=Reason.DNS), done(failed.id)], NOW)
    first = begin(store)
    filing.file(store, [way_read(first.id, ITEMS[:2]), fetched(first.id, ITEMS[0]), done(first.id)], NOW)
    second = begin(store, NOW + HOUR)
    late = [fetched(second.id, each, at=NOW + HOUR) for each in ITEMS[1:3]]
    filing.file(store, [way_read(second.id, ITEMS[:3]), *late, done(second.id)], NOW + HOUR)
    assert table(store, "SELECT key, baseline FROM documents ORDER BY key") == [
        (ITEMS[0].key, 1),
        (ITEMS[1].key, 1),
        (ITEMS[2].key, 0),
    ]


def test_what_is_news_to_a_watched_source_is_news_also_if_a_new_source_reads_it_first(store):
    watched = begin(store)
    filing.file(store, [way_read(watched.id, ITEMS[:1]), done(watched.id)], NOW)
    again, new = begin(store, NOW + HOUR), begin(store, NOW + HOUR, source("new"))
    filing.file(store, [way_read(again.id, ITEMS[:2]), way_read(new.id, ITEMS[:3], source="new")], NOW + HOUR)
    filing.file(store, [fetched(new.id, each, at=NOW + HOUR, source="new") for each in ITEMS[:3]], NOW + HOUR)
    assert table(store, "SELECT baseline FROM documents ORDER BY key") == [(1,), (0,), (1,)]


def test_the_archive_that_a_spare_way_shows_is_baseline_and_its_news_is_not(store):
    first = begin(store)
    filing.file(store, [way_read(first.id, ITEMS[:2]), done(first.id)], NOW)
    old = [item(n, published=NOW - 30 * DAY) for n in range(100, 130)]
    news = item(200, published=NOW + HOUR)
    second = begin(store, NOW + HOUR)
    broken = way_read(second.id, failure=Reason.NOT_A_FEED)
    filing.file(store, [broken, way_read(second.id, [*old, news], way=1), done(second.id)], NOW + HOUR)
    baseline = dict(table(store, "SELECT key, baseline FROM sightings"))
    assert [baseline[each.key] for each in old] == [1] * 30
    assert baseline[news.key] == 0


def test_few_items_from_a_spare_way_are_news_whatever_their_date(store):
    first = begin(store)
    filing.file(store, [way_read(first.id, ITEMS[:2]), done(first.id)], NOW)
    second = begin(store, NOW + HOUR)
    listed = [*ITEMS[:2], item(50, published=NOW - 700 * DAY)]
    filing.file(store, [way_read(second.id, listed, way=1), done(second.id)], NOW + HOUR)
    assert table(store, "SELECT baseline FROM sightings ORDER BY id") == [(1,), (1,), (0,)]


def test_validators_are_kept_only_when_the_job_has_ended_well(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS, validators=TAG)], NOW)
    assert begin(store).validators == ()
    filing.file(store, [done(job.id, cut_short="time limit")], NOW)
    assert begin(store).validators == ()
    again = begin(store)
    filing.file(store, [way_read(again.id, ITEMS, validators=TAG), done(again.id)], NOW)
    assert begin(store).validators == TAG
    unchanged = begin(store)
    filing.file(store, [way_read(unchanged.id, unchanged=True), done(unchanged.id)], NOW)
    assert begin(store).validators == TAG
    without = begin(store)
    filing.file(store, [way_read(without.id, ITEMS), done(without.id)], NOW)
    assert begin(store).validators == ()


def test_a_server_that_says_unchanged_for_a_day_is_asked_for_the_whole_page_again(store):
    one_way = replace(source(), ways=source().ways[:1])
    job = begin(store, each=one_way)
    filing.file(store, [way_read(job.id, ITEMS, validators=TAG), done(job.id)], NOW)
    end = NOW + jobs.TRUSTED + HOUR
    later = end - 2 * HOUR
    again = begin(store, later, one_way)
    assert again.validators == TAG
    filing.file(store, [way_read(again.id, unchanged=True, validators=TAG, at=later), done(again.id, at=later)], later)
    assert begin(store, end, one_way).validators == ()
    whole = begin(store, end, one_way)
    filing.file(store, [way_read(whole.id, ITEMS, validators=TAG, at=end), done(whole.id, at=end)], end)
    assert begin(store, end + HOUR, one_way).validators == TAG


def test_a_failed_way_gives_no_validators_and_a_changed_definition_takes_them(store):
    job = begin(store)
    listing = (Validators(LISTING, '"l"', None),)
    ways = [
        way_read(job.id, failure=Reason.EMPTY, validators=TAG),
        way_read(job.id, ITEMS, way=1, validators=listing),
    ]
    filing.file(store, [*ways, done(job.id)], NOW)
    assert begin(store).validators == listing
    assert begin(store, each=replace(source(), note="other", file="elsewhere")).validators == listing
    assert begin(store, each=replace(source(), article="other")).validators == ()


def test_a_killed_pass_is_marked_cut_and_its_validators_are_gone(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS, validators=TAG), fetched(job.id, ITEMS[0])], NOW)
    assert runs.mark_cut(store, NOW + HOUR) == ("example",)
    assert runs.mark_cut(store, NOW + HOUR) == ()
    assert (runs.killed(store, NOW), runs.killed(store, NOW + HOUR)) == (1, 0)
    assert filing.file(store, [done(job.id)], NOW + HOUR).ended == ()
    assert jobs.histories(store, ["example"])["example"].last_started is None
    again = begin(store, NOW + HOUR)
    assert again.validators == ()
    assert again.known == {ITEMS[0].key}
    assert set(again.carry) == set(ITEMS[1:])
    assert table(store, "SELECT cut_short, ok FROM runs ORDER BY started")[0] == ("killed", 0)


def test_a_withdrawn_page_is_gone_and_may_come_back(store):
    job = begin(store)
    filing.file(store, first_pass(job.id), NOW)
    later = begin(store, NOW + DAY)
    gone = unreadable(later.id, ITEMS[0], Reason.HTTP_404, at=NOW + DAY, permanent=True)
    assert filing.file(store, [gone], NOW) == Filed(gone=(1,))
    assert filing.file(store, [gone], NOW) == Filed()
    assert ITEMS[0].key in begin(store, NOW + DAY + HOUR).known
    assert ITEMS[0].key not in begin(store, NOW + 3 * DAY).known
    filing.file(store, [fetched(later.id, ITEMS[0], at=NOW + 3 * DAY)], NOW)
    assert table(store, "SELECT state FROM documents WHERE id = 1") == [("live",)]
    assert store.number("SELECT count(*) FROM versions WHERE document = 1") == 1


def test_a_revisit_that_fails_for_now_changes_nothing(store):
    job = begin(store)
    filing.file(store, first_pass(job.id), NOW)
    before = everything(store)
    later = "later"
    filing.file(store, [unreadable(later, ITEMS[0], Reason.TIMEOUT, at=NOW + DAY)], NOW)
    after = everything(store)
    assert after["documents"] == before["documents"]
    assert after["sightings"] == before["sightings"]


def test_unchanged_is_a_look(store):
    job = begin(store)
    filing.file(store, first_pass(job.id), NOW)
    filing.file(store, [Unchanged(job.id, ITEMS[0], NOW + DAY), Unchanged(job.id, item(99), NOW)], NOW)
    assert table(store, "SELECT looked_at FROM documents WHERE id = 1") == [("2026-11-23T08:00:00.000000Z",)]


def test_patience_of_a_host_is_kept_and_the_longer_one_counts(store):
    job = begin(store)
    for minutes in (30, 10):
        filing.file(store, [Paused(job.id, HostClock("news.example.org", NOW + minutes * MINUTE))], NOW)
    assert begin(store).clocks == (HostClock("news.example.org", NOW + 30 * MINUTE),)
    assert jobs.histories(store, ["example"])["example"].retry_at == NOW + 30 * MINUTE
    assert begin(store, NOW + HOUR).clocks == ()


def test_the_original_comes_back_as_it_came(store):
    job = begin(store)
    body = bytes(range(256)) * 500
    read = document(ITEMS[0])
    record = replace(fetched(job.id, ITEMS[0]), document=read, original=original(read.url, body, NOW))
    filing.file(store, [way_read(job.id, ITEMS[:1]), record], NOW)
    row = store.query("SELECT * FROM originals")[0]
    assert bodies.body(store, row["sha256"]) == body
    assert bodies.body(store, "0" * 64) is None
    assert row["headers"] == '[["Content-Type", "text/html"], ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]'
    assert (row["document"], row["version"], row["status"]) == (1, 1, 200)


def test_the_original_of_an_unreadable_page_is_kept(store):
    job = begin(store)
    page = original(ITEMS[0].url, b"<p>Please enable JavaScript</p>", NOW)
    challenged = unreadable(job.id, ITEMS[0], Reason.CHALLENGE, original=page)
    filing.file(store, [way_read(job.id, ITEMS[:1]), challenged], NOW)
    row = store.query("SELECT * FROM originals")[0]
    assert row["document"] is None
    assert bodies.body(store, row["sha256"]) == page.body


def test_a_pass_that_had_to_be_given_up_is_no_good_pass(store):
    job = begin(store)
    filing.file(store, [way_read(job.id, ITEMS, validators=TAG)], NOW)
    hung = way_read(job.id, at=NOW + HOUR, failure=Reason.TIMEOUT, detail="the worker was killed")
    filing.file(store, [hung, done(job.id, cut_short="the worker was killed")], NOW + HOUR)
    (after,) = health.healths(store, [source()])
    assert (after.state, after.reason) == (State.BROKEN, Reason.TIMEOUT)
    assert store.query("SELECT first_good_pass FROM sources")[0][0] is None
    assert begin(store).validators == ()


def test_text_from_the_web_is_data(store):
    job = begin(store)
    hostile = "'; DROP TABLE documents; -- \0 \u202e \U0001f600 " + "x" * 300_000
    odd = item(1, title=hostile)
    filing.file(store, [way_read(job.id, [odd]), fetched(job.id, odd, hostile), done(job.id)], NOW)
    assert table(store, "SELECT title, text FROM versions") == [(hostile, hostile)]


def test_nothing_is_filed_for_a_source_that_is_not_mirrored(store):
    with pytest.raises(LookupError, match="mirror the catalogue"):
        filing.file(store, [done("x", source="unknown")], NOW)
    with pytest.raises(LookupError, match="mirror the catalogue"):
        filing.file(store, [way_read("x", ITEMS, source="unknown")], NOW)


def test_health_follows_the_passes(store):
    states = []
    for hours, ways, cut_short in (
        (0, [way_read("j0", failure=Reason.NOT_A_FEED), way_read("j0", failure=Reason.TIMEOUT, way=1)], ""),
        (1, [way_read("j1", failure=Reason.NOT_A_FEED), way_read("j1", ITEMS, way=1)], ""),
        (2, [Paused("j2", HostClock("news.example.org", NOW + 3 * HOUR))], "host asked for patience"),
    ):
        at = NOW + hours * HOUR
        sources.mirror(store, [source()], at)
        runs_of = f"j{hours}"
        with store.transaction():
            runs.begin(store, runs_of, "example", at)
        filing.file(store, [*ways, done(runs_of, at=at, cut_short=cut_short)], at)
        after = health.healths(store, [source()])[0]
        states.append((after.state, after.reason, after.failures))
    assert states == [
        (State.BROKEN, Reason.TIMEOUT, 1),
        (State.OK, None, 0),
        (State.BROKEN, Reason.HTTP_429, 1),
    ]
