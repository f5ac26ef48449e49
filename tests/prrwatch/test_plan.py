from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from prrwatch.health import PassHistory
from prrwatch.plan import LONGEST, due, next_pass
from prrwatch.source import Kind, Source, Way, WayKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source(
    id="a",
    name="A",
    publisher="A",
    kind=Kind.MEDIA,
    homepage="https://a.example/",
    languages=("en",),
    every=timedelta(hours=1),
    tier=1,
    article="x",
    ways=(Way(WayKind.FEED, "https://a.example/feed"),),
)


def read(ago: timedelta, **more: object) -> dict[str, PassHistory]:
    return {"a": replace(PassHistory("a", last_started=NOW - ago, last_ended=NOW - ago), **more)}


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ({}, True),
        (read(timedelta(minutes=50)), False),
        (read(timedelta(minutes=70)), True),
        (read(timedelta(minutes=70), failures=3), True),
        (read(timedelta(minutes=70), failures=4), False),
        (read(timedelta(hours=9), failures=400), True),
        (read(timedelta(hours=2), retry_at=NOW + timedelta(minutes=1)), False),
        (read(timedelta(hours=2), retry_at=NOW - timedelta(minutes=1)), True),
        ({"a": PassHistory("a", retry_at=NOW + timedelta(minutes=1))}, False),
    ],
)
def test_due(histories: dict[str, PassHistory], expected: bool):
    assert bool(due([SOURCE], histories, NOW)) is expected


def test_a_disabled_source_is_never_due():
    assert due([replace(SOURCE, enabled=False)], {}, NOW) == ()


def test_never_read_comes_first_then_the_longest_overdue():
    sources = [replace(SOURCE, id=name) for name in "bca"]
    histories = {
        "a": PassHistory("a", last_started=NOW - timedelta(hours=2)),
        "b": PassHistory("b", last_started=NOW - timedelta(hours=3)),
    }
    assert [source.id for source in due(sources, histories, NOW)] == ["c", "b", "a"]


def test_backing_off_never_reads_a_source_more_often_or_less_than_daily():
    weekly = replace(SOURCE, every=timedelta(days=7))
    history = PassHistory("a", last_started=NOW, failures=99)
    assert next_pass(weekly, history) >= NOW + timedelta(days=6)
    assert next_pass(SOURCE, history) <= NOW + LONGEST * 1.1
    assert next_pass(replace(SOURCE, every=timedelta(hours=12)), history) <= NOW + LONGEST * 1.1


def test_a_restart_does_not_draw_the_jitter_again():
    history = PassHistory("a", last_started=NOW)
    assert next_pass(SOURCE, history) == next_pass(SOURCE, history)
