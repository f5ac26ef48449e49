"""`prrwatch alerts mute|unmute|mutes` and the feeds, by the command line."""

from __future__ import annotations

import json

import feedparser
import pytest


@pytest.fixture
def story(filed):
    return filed.json("alerts", "preview", "all")["stories"][0]["story"]


def test_a_mute_is_made_listed_and_lifted(filed, story):
    made = filed("alerts", "mute", "story", story, "--for", "12h", "--reason", "known\nto us")
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith(f"story {story} is muted until 20")
    [row] = filed.json("alerts", "mutes")
    assert (row["what"], row["which"], row["reason"], row["state"], row["kept_back"]) == (
        "story", story, "known to us", "muted", 0,
    )  # fmt: skip
    assert filed("alerts", "unmute", "story", story).out == f"story {story} is told again\n"
    assert filed.json("alerts", "mutes") == []
    assert [each["state"] for each in filed.json("alerts", "mutes", "--all")] == ["lifted"]
    assert filed("alerts", "unmute", "story", story).refused(2, "is not muted")


@pytest.mark.parametrize(
    ("what", "which"), [("story", "s-0"), ("source", "exampel"), ("rule", "no-such-rule"), ("country", "Kazakhstan")]
)
def test_what_does_not_exist_cannot_be_muted(filed, what, which):
    assert filed("alerts", "mute", what, which, "--reason", "why").refused(2, which, f"no such {what}")


@pytest.mark.parametrize(
    "wrong",
    [["--for", "soon", "--reason", "x"], ["--until", "2001-01-01", "--reason", "x"], ["--for", "7d"]],
)
def test_a_mute_needs_an_end_in_the_future_and_a_reason(filed, wrong):
    done = filed("alerts", "mute", "country", "TJ", *wrong)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert filed.json("alerts", "mutes", "--all") == []


def test_a_preview_says_how_often(filed):
    told = filed.json("alerts", "preview", "all")
    assert (told["messages"], told["busiest_day"], told["max_per_day"], told["refused"]) == (2, 2, 20, False)
    assert "2 messages, 2.00 a day, 2 on the busiest day; max_per_day = 20" in filed("alerts", "preview", "all").out


def test_stories_as_feeds(filed):
    atom = feedparser.parse(filed("export", "stories", "--format", "atom").out)
    assert not atom.bozo
    items = json.loads(filed("export", "stories", "--format", "jsonfeed").out)["items"]
    assert {entry.title for entry in atom.entries} == {item["title"] for item in items}
    assert len(items) == 2
    assert filed("export", "documents", "--format", "atom").code == 2
