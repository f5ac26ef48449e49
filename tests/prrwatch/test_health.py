from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from prrwatch.crawl import JobDone, Reason, WayRead
from prrwatch.health import Pass, State, after_pass, current
from prrwatch.source import Expect, Kind, Source, Way, WayKind

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Way(WayKind.FEED, "https://example.org/feed.xml")
LISTING = Way(WayKind.LISTING, "https://example.org/all")
SOURCE = Source(
    id="example",
    name="Example",
    publisher="Example Office",
    kind=Kind.OFFICIAL,
    homepage="https://example.org/",
    languages=("en",),
    every=HOUR,
    tier=1,
    article=".",
    ways=(FEED, LISTING),
)


def read(place: int, failure: Reason | None = None) -> WayRead:
    return WayRead("job", "example", place, SOURCE.ways[place].url, NOW, failure=failure)


def ended(*ways: WayRead, unreadable=(), fetched=0, paused=False, cut_short="", last_new=NOW) -> Pass:
    done = JobDone("job", "example", NOW, NOW + HOUR, 1, 1, cut_short)
    return Pass(ways, tuple(unreadable), fetched, paused, done, last_new)


def judged(*ways: WayRead, **more):
    after = after_pass(None, ended(*ways, **more), SOURCE, NOW)
    return after.state, after.reason


@pytest.mark.parametrize(
    ("failures", "state", "reason"),
    [
        ((None,), State.OK, None),
        ((Reason.NOT_A_FEED, None), State.OK, None),
        ((Reason.NOT_A_FEED, Reason.EMPTY), State.BROKEN, Reason.NOT_A_FEED),
        ((Reason.HTTP_404, Reason.TIMEOUT), State.BROKEN, Reason.TIMEOUT),
        ((Reason.DNS, Reason.DNS), State.BROKEN, Reason.DNS),
        ((Reason.ROBOTS_DISALLOW, Reason.ROBOTS_DISALLOW), State.BLOCKED, Reason.ROBOTS_DISALLOW),
        ((Reason.FORBIDDEN_ADDRESS,), State.BLOCKED, Reason.FORBIDDEN_ADDRESS),
        ((Reason.ROBOTS_UNREACHABLE,), State.BROKEN, Reason.ROBOTS_UNREACHABLE),
        ((Reason.HTTP_429,), State.BROKEN, Reason.HTTP_429),
    ],
)
def test_one_working_way_is_enough_and_the_most_telling_failure_counts(failures, state, reason):
    assert judged(*(read(place, failure) for place, failure in enumerate(failures))) == (state, reason)


def test_when_no_article_can_be_read_their_class_is_the_sources():
    trouble = (Reason.HTTP_5XX, Reason.HTTP_403, Reason.HTTP_403)
    assert judged(read(0), unreadable=trouble) == (State.BROKEN, Reason.HTTP_403)
    assert judged(read(0), unreadable=trouble, fetched=1) == (State.OK, None)
    assert judged(read(0), unreadable=(Reason.ROBOTS_DISALLOW,)) == (State.BLOCKED, Reason.ROBOTS_DISALLOW)


def test_a_pass_that_a_host_cut_short_is_429_and_one_that_was_merely_long_is_not():
    assert judged(read(0), fetched=3, paused=True, cut_short="Retry-After") == (State.BROKEN, Reason.HTTP_429)
    assert judged(read(0), fetched=3, paused=True) == (State.OK, None)
    assert judged(read(0), fetched=3, cut_short="max_pages") == (State.OK, None)


def test_a_pass_without_any_way_is_broken():
    assert judged(cut_short="killed after 30 min") == (State.BROKEN, Reason.TIMEOUT)


def test_failures_are_counted_and_the_state_keeps_its_beginning():
    one = after_pass(None, ended(read(0, Reason.DNS)), SOURCE, NOW)
    two = after_pass(one, ended(read(0, Reason.TLS)), SOURCE, NOW + HOUR)
    three = after_pass(two, ended(read(0)), SOURCE, NOW + 2 * HOUR)
    assert [(each.failures, each.since, each.last_read) for each in (one, two, three)] == [
        (1, NOW, None),
        (2, NOW, None),
        (0, NOW + 2 * HOUR, NOW + HOUR),
    ]


def test_a_way_that_was_not_needed_keeps_what_was_known_of_it():
    one = after_pass(None, ended(read(0, Reason.EMPTY), read(1)), SOURCE, NOW)
    two = after_pass(one, ended(read(0)), SOURCE, NOW + HOUR)
    assert [(way.way, way.state, way.reason) for way in two.ways] == [
        ("feed", State.OK, None),
        ("listing", State.OK, None),
    ]
    new = after_pass(None, ended(read(0)), SOURCE, NOW)
    assert [way.state for way in new.ways] == [State.OK, State.NEW]


def test_silence_is_judged_by_what_the_source_file_expects():
    watched = replace(SOURCE, expect=Expect(quiet_after=timedelta(days=7)))
    silent = ended(read(0), last_new=NOW - timedelta(days=8))
    after = after_pass(None, silent, watched, NOW)
    assert (after.state, after.reason, after.failures) == (State.QUIET, Reason.QUIET, 0)
    assert after_pass(None, silent, SOURCE, NOW).state is State.OK
    assert after_pass(None, ended(read(0), last_new=None), watched, NOW).state is State.OK


def test_what_was_learned_and_what_the_file_says_are_both_waited_for():
    watched = replace(SOURCE, expect=Expect(quiet_after=timedelta(days=7)))
    for days, learned, state in ((8, 9, State.OK), (8, 6, State.QUIET), (6, 5, State.OK), (10, 9, State.QUIET)):
        last = NOW - timedelta(days=days)
        silent = replace(ended(read(0), last_new=last), quiet_from=last + timedelta(days=learned))
        assert after_pass(None, silent, watched, NOW).state is state
    learned = replace(ended(read(0), last_new=NOW - timedelta(days=8)), quiet_from=NOW - timedelta(days=1))
    assert after_pass(None, learned, SOURCE, NOW).state is State.QUIET


def test_between_passes_a_source_is_as_the_last_one_left_it():
    watched = replace(SOURCE, expect=Expect(quiet_after=timedelta(days=7)))
    well = after_pass(None, ended(read(0)), watched, NOW)
    assert current(well, watched) == well
    broken = after_pass(None, ended(read(0, Reason.DNS)), watched, NOW)
    assert current(broken, watched) == broken
    assert current(None, watched).state is State.NEW
    assert current(broken, replace(watched, enabled=False)).state is State.DISABLED


def test_a_source_whose_articles_fail_has_not_recovered_while_it_lists_none_to_try():
    trouble = (Reason.HTTP_403,) * 2
    broken = after_pass(None, ended(read(0), unreadable=trouble), SOURCE, NOW)
    still = after_pass(broken, ended(read(0)), SOURCE, NOW + HOUR)
    assert (still.state, still.reason, still.failures) == (State.BROKEN, Reason.HTTP_403, 1)
    assert after_pass(still, ended(read(0), unreadable=trouble), SOURCE, NOW + HOUR).failures == 2
    assert after_pass(still, ended(read(0), fetched=1), SOURCE, NOW + HOUR).state is State.OK


def test_doubt_leaves_a_source_read_and_silence_is_judged_only_without_it():
    doubtful = replace(ended(read(0), last_new=NOW - 99 * HOUR), doubt=(Reason.STALE, "why"), quiet_from=NOW - HOUR)
    after = after_pass(None, doubtful, SOURCE, NOW)
    assert (after.state, after.reason, after.failures, after.good) == (State.DOUBTFUL, Reason.STALE, 0, 0)
    assert after.last_read is not None
