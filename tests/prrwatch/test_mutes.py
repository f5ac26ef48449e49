"""What a mute silences, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prrwatch.mutes import Mute, Muted, Silence, in_force
from prrwatch.source import Kind
from prrwatch.story import Member, Story
from prrwatch.verdict import Evidence, Phase

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)


def member(number=1, source="ministry", rules=("who",)):
    return Member(
        number, f"https://example.org/{number}", source, source.title(), Kind.MEDIA, "Title", "en", None, None, NOW,
        "text", tuple(Evidence(rule, "text", 0, 4) for rule in rules), (), "first",
    )  # fmt: skip


def story(*members, countries=("TJ",)):
    return Story("s-1", NOW, members or (member(),), (Phase.REPATRIATION,), countries, 1.5)


def mute(what, which, number=1):
    return Mute(number, what, which, "known", NOW, NOW + DAY)


def silence(*pairs):
    return Silence(tuple(mute(what, which, number) for number, (what, which) in enumerate(pairs)))


@pytest.mark.parametrize(
    ("muted", "told", "silent"),
    [
        ([], story(), False),
        ([(Muted.STORY, "s-1")], story(), True),
        ([(Muted.STORY, "s-2")], story(), False),
        ([(Muted.COUNTRY, "TJ")], story(), True),
        ([(Muted.COUNTRY, "TJ")], story(countries=("TJ", "UZ")), False),
        ([(Muted.COUNTRY, "TJ"), (Muted.COUNTRY, "UZ")], story(countries=("TJ", "UZ")), True),
        ([(Muted.COUNTRY, "TJ")], story(countries=()), False),
        ([(Muted.SOURCE, "copyist")], story(member(source="copyist")), True),
        ([(Muted.SOURCE, "copyist")], story(member(), member(2, "copyist")), False),
        ([(Muted.SOURCE, "copyist"), (Muted.SOURCE, "ministry")], story(member(), member(2, "copyist")), True),
        ([(Muted.RULE, "who")], story(), True),
        ([(Muted.RULE, "who")], story(member(rules=("who", "what"))), False),
        ([(Muted.RULE, "who")], story(member(rules=())), False),
        ([(Muted.RULE, "who"), (Muted.SOURCE, "copyist")], story(member(), member(2, "copyist", ("what",))), True),
        ([(Muted.SOURCE, "s-1"), (Muted.RULE, "TJ")], story(), False),
    ],
)
def test_a_story_is_silent_when_all_of_it_is_muted(muted, told, silent):
    assert (silence(*muted).over(told) is not None) is silent


def test_the_mute_that_silenced_is_named():
    both = silence((Muted.COUNTRY, "TJ"), (Muted.STORY, "s-1"))
    assert both.over(story()).which == "s-1"


def test_a_follow_up_is_silent_when_only_a_muted_source_brings_it():
    whole = story(member(), member(2, "copyist"))
    assert silence((Muted.SOURCE, "copyist")).over_news(whole, whole.members[1])
    assert silence((Muted.SOURCE, "copyist")).over_news(whole, whole.members[0]) is None


def test_a_mute_holds_from_its_beginning_to_before_its_end():
    only = [mute(Muted.STORY, "s-1")]
    held = [bool(in_force(only, at).over(story())) for at in (NOW - DAY, NOW, NOW + DAY - DAY / 24, NOW + DAY)]
    assert held == [False, True, True, False]
