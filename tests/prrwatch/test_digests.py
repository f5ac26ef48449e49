"""One digest a day, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.alert import AlertKind, Deliver, Subscription
from prrwatch.digests import Coverage, Unread, Window, digest_alert, due


def daily(at="08:00", timezone="Europe/Vienna"):
    return Subscription("daily", "desk", deliver=Deliver.DAILY, at=at, timezone=timezone)


def weekly(at="mon 08:00", timezone="Europe/Vienna"):
    return Subscription("weekly", "desk", deliver=Deliver.WEEKLY, at=at, timezone=timezone)


def sent(subscription, begin, end, step=timedelta(minutes=10)):
    """The due instants of a daemon that looks every `step`."""
    digests, last, now = [], begin, begin
    while now <= end:
        instant = due(subscription, last, now)
        if instant is not None:
            digests.append(instant)
            last = instant
        now += step
    return digests


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Asia/Tashkent", "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("at", ["00:00", "01:30", "02:00", "02:30", "03:00", "08:00", "23:59"])
@pytest.mark.parametrize("begin", [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)])
def test_one_a_day_across_every_change_of_clocks(zone, at, begin):
    digests = sent(daily(at, zone), begin, begin + timedelta(days=40), timedelta(hours=1))
    days = [instant.astimezone(ZoneInfo(zone)).date() for instant in digests]
    assert len(days) in {39, 40, 41}
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    assert len(set(digests)) == len(digests)


def test_a_time_that_does_not_exist_comes_an_hour_later():
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert due(daily("02:30"), None, now) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_counts_the_first_time():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due(daily("02:30"), None, first) == first
    assert due(daily("02:30"), first, first + timedelta(hours=1)) is None


def test_a_day_that_a_zone_left_out():
    digests = sent(daily("08:00", "Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 3, tzinfo=UTC))
    days = [instant.astimezone(ZoneInfo("Pacific/Apia")).day for instant in digests]
    assert days == [28, 29, 31, 1, 2, 3]


def test_down_at_digest_time_sends_once_when_back():
    last = datetime(2026, 11, 20, 7, tzinfo=UTC)
    back = datetime(2026, 11, 23, 15, tzinfo=UTC)
    instant = due(daily(), last, back)
    assert instant == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert due(daily(), instant, back) is None


def test_a_clock_set_back_doubles_nothing():
    instant = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert due(daily(), instant, instant - timedelta(hours=1)) is None
    assert due(daily(), instant, instant + timedelta(hours=23)) is None


def test_weekly_comes_on_its_day():
    digests = sent(weekly(), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC), timedelta(hours=1))
    local = [instant.astimezone(ZoneInfo("Europe/Vienna")) for instant in digests]
    assert [(each.strftime("%a"), each.hour) for each in local] == [("Mon", 8)] * 8
    assert due(weekly(), digests[0], digests[1] - timedelta(seconds=1)) is None


def test_now_is_never_a_digest():
    assert due(Subscription("now", "desk"), None, datetime(2026, 1, 1, tzinfo=UTC)) is None


@given(
    now=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  naive bounds
    clock=st.times(),
    zone=st.sampled_from(
        ["Europe/Vienna", "Asia/Tashkent", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu"]
    ),
)
def test_what_is_due_is_past_and_never_due_again(now, clock, zone):
    subscription = daily(f"{clock:%H:%M}", zone)
    instant = due(subscription, None, now)
    assert instant is not None
    assert timedelta(0) <= now - instant < timedelta(hours=26)
    assert due(subscription, instant, now) is None


COVERAGE = Coverage(5, 6, (Unread("un-news", datetime(2026, 11, 20, 4, 5, tzinfo=UTC)),), 123, 3)


def test_the_coverage_line():
    assert COVERAGE.line == (
        "Coverage: read 5 of 6 sources; unread: un-news since 2026-11-20T04:05Z; 123 items seen; 3 matched."
    )
    assert Coverage(6, 6, (), 0, 0).line == "Coverage: read 6 of 6 sources; unread: none; 0 items seen; 0 matched."
    many = Coverage(0, 90, tuple(Unread(f"s{number}", None) for number in range(90)), 0, 0).line
    assert "and 65 more" in many
    assert "\n" not in many


def test_the_same_window_gives_the_same_alert():
    window = Window(None, datetime(2026, 11, 23, 7, tzinfo=UTC))
    first, again = (digest_alert(weekly(), (), COVERAGE, window) for _ in range(2))
    assert first == again
    assert first.kind is AlertKind.DIGEST
    assert first.subject == "Weekly digest, 23 November 2026: all quiet"
    assert first.body == COVERAGE.line
    later = Window(window.end, window.end + timedelta(days=7))
    assert digest_alert(weekly(), (), COVERAGE, later).token != first.token
