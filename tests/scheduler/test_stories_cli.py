"""`prrwatch stories merge|split`, by the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest


def rows(filed, sql, *values):
    with closing(sqlite3.connect(filed.folder / "prrwatch.db")) as connection:
        return connection.execute(sql, values).fetchall()


@pytest.fixture
def two(filed):
    found = filed.json("alerts", "preview", "all")["stories"]
    return [each["story"] for each in found]


def test_stories_are_merged_and_split_by_hand_and_the_history_says_why(filed, two):
    one, other = two
    done = filed.json("stories", "merge", one, other, "--reason", "the same\ncamp", "--by", "mira")
    kept, gone = done["story"], next(each for each in two if each != done["story"])
    assert [each["story"] for each in filed.json("alerts", "preview", "all")["stories"]] == [kept]
    [moved] = rows(filed, "SELECT document, moved_why, moved_by FROM past_memberships")
    assert (moved[1], moved[2]) == ("the same camp (mira)", "person")
    split = filed.json("stories", "split", gone, str(moved[0]), "--reason", "no", "--by", "mira")
    assert split["documents"] == [moved[0]]
    assert {each["story"] for each in filed.json("alerts", "preview", "all")["stories"]} == {kept, split["story"]}


def test_an_id_that_was_merged_away_mutes_the_story_that_it_leads_to(filed, two):
    kept = filed.json("stories", "merge", *two, "--reason", "one")["story"]
    [gone] = [each for each in two if each != kept]
    assert filed("alerts", "mute", "story", gone, "--reason", "known").code == 0
    assert [each["which"] for each in filed.json("alerts", "mutes")] == [kept]
    assert filed("alerts", "unmute", "story", gone).code == 0
    assert filed.json("alerts", "mutes") == []


def test_what_cannot_be_done_is_said(filed, two):
    assert filed("stories", "merge", two[0], "s-nobody", "--reason", "x").refused(1, "there is no story s-nobody")
    assert filed("stories", "split", two[0], "999", "--reason", "x").refused(2, "no such document")
    inside = str(rows(filed, "SELECT document FROM memberships WHERE story = ?", two[0])[0][0])
    assert filed("stories", "split", two[0], inside, "--reason", "x").refused(1, "some must stay")
    assert filed("stories", "split", two[1], inside, "--reason", "x").refused(1, "does not belong to story")
