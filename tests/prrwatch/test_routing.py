"""Who is told what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import routing
from prrwatch.alert import AlertKind, DeadLetter, Deliver, Subscription
from prrwatch.crawl import Reason
from prrwatch.health import SourceHealth, State
from prrwatch.routing import alerts_for, first_token, matches, notices, summaries, token
from prrwatch.settings import Operators
from prrwatch.source import Kind
from prrwatch.story import Change, Member, Story
from prrwatch.verdict import Phase

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def member(number=1, kind=Kind.MEDIA, language="en"):
    return Member(
        document=number,
        url=f"https://example.org/{number}",
        source=f"source-{number}",
        source_name=f"Source {number}",
        kind=kind,
        title="Thirty-one women return",
        language=language,
        published=None,
        issuer=None,
        fetched=NOW,
        text="Thirty-one women return.",
        evidence=(),
        entities=(),
        why="first",
    )


def story(*members, countries=("KZ",), phases=(Phase.REPATRIATION,), score=1.5, name="story-1"):
    return Story(name, NOW, members or (member(),), phases, countries, score)


ALL = Subscription("all", "desk")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, True),
        ({"countries": ("KZ", "KG")}, True),
        ({"countries": ("TJ",)}, False),
        ({"phases": (Phase.REPATRIATION,)}, True),
        ({"phases": (Phase.PROSECUTION,)}, False),
        ({"languages": ("en", "ru")}, True),
        ({"languages": ("ru",)}, False),
        ({"kinds": ("media",)}, True),
        ({"kinds": ("official",)}, False),
        ({"min_score": 1.5}, True),
        ({"min_score": 1.6}, False),
        ({"countries": ("KZ",), "phases": (Phase.PROSECUTION,)}, False),
    ],
)
def test_each_condition(wanted, told):
    assert matches(replace(ALL, **wanted), story()) is told


def test_unknown_is_not_missed():
    picky = replace(ALL, countries=("TJ",), phases=(Phase.PROSECUTION,), languages=("tg",))
    assert matches(picky, story(member(language=None), countries=(), phases=()))


def test_any_member_speaks_the_language():
    both = story(member(1, language="ru"), member(2, Kind.OFFICIAL, "en"))
    assert matches(replace(ALL, languages=("en",), kinds=("official",)), both)


def test_a_new_story_is_told_once_to_those_who_want_it_now():
    subscriptions = [ALL, replace(ALL, name="tj", countries=("TJ",)), replace(ALL, name="d", deliver=Deliver.DAILY)]
    [alert] = alerts_for(story(), Change.NEW, member(), 1, subscriptions, frozenset())
    assert (alert.kind, alert.subscription, alert.channel, alert.stories) == (
        AlertKind.NEW,
        "all",
        "desk",
        ("story-1",),
    )
    assert alert.token == first_token("story-1", "all")
    assert alerts_for(story(), Change.NEW, member(), 1, subscriptions, {"all"}) == ()


def test_five_publishers_one_alert_and_the_sixth_joins_silently():
    told, sent = set(), []
    for number in range(1, 7):
        members = [member(each) for each in range(1, number + 1)]
        change = Change.NEW if number == 1 else Change.JOINED
        alerts = alerts_for(story(*members), change, members[-1], 1, [ALL], told)
        sent += alerts
        told |= {alert.subscription for alert in alerts}
    assert len(sent) == 1


def test_a_copy_is_silent_for_a_subscription_that_was_never_told():
    # A subscription made today is not told of yesterday's story because somebody copies it.
    assert alerts_for(story(member(1), member(2)), Change.JOINED, member(2), 1, [ALL], frozenset()) == ()


def test_the_official_release_is_told_to_those_who_wait_for_officials():
    officials = replace(ALL, kinds=("official",))
    both = story(member(2, Kind.OFFICIAL), member(1))
    [alert] = alerts_for(both, Change.JOINED, member(2, Kind.OFFICIAL), 1, [officials], frozenset())
    assert alert.token == first_token("story-1", "all")
    assert alerts_for(both, Change.JOINED, member(2, Kind.OFFICIAL), 1, [officials], {"all"}) == ()


def test_an_update_goes_to_those_who_know_the_story_once_per_version():
    known = alerts_for(story(), Change.UPDATED, member(), 2, [ALL], {"all"})
    assert [alert.kind for alert in known] == [AlertKind.UPDATE]
    assert known == alerts_for(story(), Change.UPDATED, member(), 2, [ALL], {"all"})
    assert known[0].token != alerts_for(story(), Change.UPDATED, member(), 3, [ALL], {"all"})[0].token
    assert known[0].token != alerts_for(story(), Change.UPDATED, member(7), 2, [ALL], {"all"})[0].token


def test_an_update_that_makes_a_story_match_is_new_to_a_subscription():
    [alert] = alerts_for(story(), Change.UPDATED, member(), 2, [replace(ALL, countries=("KZ",))], frozenset())
    assert alert.kind is AlertKind.NEW


def test_no_change_no_alert():
    assert alerts_for(story(), Change.NONE, member(), 1, [ALL], {"all"}) == ()


def test_five_thousand_stories_are_one_summary():
    stories = [story(name=f"story-{number}") for number in range(5000)]
    other = replace(ALL, name="tj", countries=("TJ",))
    daily = replace(ALL, name="daily", deliver=Deliver.DAILY)
    [alert] = summaries(stories, [ALL, other, daily], "pass-1", {})
    assert alert.kind is AlertKind.SUMMARY
    assert len(alert.stories) == 5000
    assert (
        summaries(stories, [ALL], "pass-1", {})[0].token
        == alert.token
        != summaries(stories, [ALL], "pass-2", {})[0].token
    )
    assert summaries([], [ALL], "pass-1", {}) == ()


def health(state, failures=0, reason=None, since=NOW, last_read=NOW, good=3):
    return SourceHealth("osce", state, reason, "", since, last_read, None, failures, (), good)


DESK = Operators("room", 3)


def heard(*states):
    """The subjects that operators read while a source goes through these states."""
    told, subjects = {}, []
    for now in states:
        for alert in notices(told, [now], DESK):
            subjects.append(alert.subject)
            told["osce"] = now.state
    return subjects


def broken(failures, reason=Reason.HTTP_404):
    return health(State.BROKEN, failures, reason, NOW + timedelta(hours=1))


def test_broken_is_told_once_after_three_passes_and_recovery_once():
    walk = [health(State.OK), *(broken(number) for number in range(1, 7)), health(State.OK), health(State.OK)]
    assert heard(*walk) == ["source osce: broken (http-404)", "source osce: recovered"]


def test_a_short_trouble_is_no_news():
    assert heard(health(State.OK), broken(1), broken(2), health(State.OK)) == []


def test_a_source_that_fails_and_works_by_turns_is_told_of_once():
    turn = [*(broken(number) for number in range(1, 5)), health(State.OK, good=1), health(State.OK, good=2)]
    assert heard(*turn, *turn, *turn) == ["source osce: broken (http-404)"]
    assert heard(*turn, *turn, health(State.OK)) == ["source osce: broken (http-404)", "source osce: recovered"]


def test_doubt_is_told():
    stale = health(State.DOUBTFUL, 0, Reason.STALE)
    assert heard(stale, stale, health(State.OK, good=1), health(State.OK)) == [
        "source osce: doubtful (stale)",
        "source osce: recovered",
    ]


def test_another_reason_is_no_change_of_state_but_blocked_is():
    blocked = health(State.BLOCKED, 5, Reason.ROBOTS_DISALLOW)
    assert heard(broken(3), broken(4, Reason.DNS), blocked, health(State.OK)) == [
        "source osce: broken (http-404)",
        "source osce: blocked (robots-disallow)",
        "source osce: recovered",
    ]


def test_quiet_is_told():
    quiet = health(State.QUIET, 0, Reason.QUIET)
    assert heard(health(State.OK), quiet, quiet, health(State.OK)) == [
        "source osce: quiet (quiet)",
        "source osce: recovered",
    ]


def test_new_and_disabled_are_no_news():
    new, disabled = health(State.NEW), health(State.DISABLED)
    assert heard(new, health(State.OK), disabled, new) == []
    assert notices({}, [health(State.OK), health(State.NEW)], DESK) == ()
    assert notices({"osce": State.BROKEN}, [disabled], DESK) == ()
    assert notices({}, [broken(3)], None) == ()


def test_a_source_that_was_never_seen_before_can_be_broken():
    [alert] = notices({}, [broken(3)], DESK)
    assert (alert.kind, alert.channel, alert.subscription) == (AlertKind.OPERATOR, "room", "operators")


def test_two_troubles_of_one_source_have_two_tokens_and_one_has_one():
    [first] = notices({}, [broken(3)], DESK)
    [again] = notices({}, [broken(3)], DESK)
    later = replace(broken(3), since=NOW + timedelta(days=3))
    [second] = notices({}, [later], DESK)
    assert first.token == again.token != second.token


def test_a_test_message():
    alert = routing.test_alert("room", NOW)
    assert alert.kind is AlertKind.TEST
    assert "room" in alert.subject


@given(st.lists(st.text() | st.integers(), max_size=4))
def test_tokens_are_tokens(matter):
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,80}", token("update", *matter))
    assert token("update", *matter) == token("update", *matter)


def dead(number, **fields):
    defaults = {"answer": "550 no such user", "attempts": 1}
    return DeadLetter(number, f"new-{number:08}", AlertKind.NEW, "all", "desk", "a***@x.org", **(defaults | fields))


def test_dead_letters_are_told_in_one_notice():
    one = routing.deaths([dead(1)], Operators("ops", 3))
    assert (one.kind, one.channel, one.subject) == (AlertKind.OPERATOR, "ops", "1 message could not be delivered")
    assert "new-00000001 (new for all) by desk to a***@x.org, 1 attempt: 550 no such user" in one.body
    many = routing.deaths([dead(number) for number in range(500)], Operators("ops", 3))
    assert many.subject == "500 messages could not be delivered"
    assert "and 450 more" in many.body
    assert routing.deaths([dead(1, attempts=2)], Operators("ops", 3)).token != one.token
