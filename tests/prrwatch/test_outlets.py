"""Feeds and objects for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.alert import Alert, AlertKind
from prrwatch.document import Dated, Precision
from prrwatch.messages import render
from prrwatch.outlets import atom, json_feed
from prrwatch.source import Kind
from prrwatch.story import Member, Story
from prrwatch.verdict import Evidence, Phase
from prrwatch.versions import Change, What

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TEXT = "Thirty-one women were repatriated from Syria in January. Their children go to school."
DATE = Dated(datetime(2024, 11, 27, tzinfo=UTC), Precision.DAY, "27 November 2024", "label")
HOSTILE = "<script>alert(1)</script> & ]]> \x07 \u202e <!channel>"


def member(number=1, **fields):
    defaults = {
        "document": number,
        "url": f"https://www.example.org/a/{number}?x=1&y=2",
        "source": "ministry",
        "source_name": "The Ministry",
        "kind": Kind.OFFICIAL,
        "title": "Women return to Kazakhstan",
        "language": "en",
        "published": DATE,
        "issuer": None,
        "fetched": NOW + timedelta(hours=number),
        "text": TEXT,
        "evidence": (Evidence("who", "women were repatriated", 11, 33),),
        "entities": (),
        "why": "first",
    }
    return Member(**(defaults | fields))


def story(*members, name="s-0123456789abcdef"):
    return Story(name, NOW, members or (member(),), (Phase.REPATRIATION,), ("KZ",), 2.5)


def test_an_atom_feed_is_read_by_a_feed_reader():
    read = feedparser.parse(atom([story(member(), member(2, source_name="The Copier"))], NOW))
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.updated == "2026-11-22T10:00:00Z"
    [entry] = read.entries
    assert entry.id == "tag:prrwatch.invalid,2026:story/s-0123456789abcdef"
    assert (entry.title, entry.link) == ("Women return to Kazakhstan", "https://www.example.org/a/1?x=1&y=2")
    assert [link.rel for link in entry.links] == ["alternate", "related"]
    assert [tag.term for tag in entry.tags] == ["Kazakhstan", "repatriation"]
    assert entry.author == "The Ministry"
    assert "Thirty-one women were repatriated" in entry.content[0].value


def test_a_json_feed_has_what_version_1_1_asks_for():
    feed = json.loads(json_feed([story()]))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    [item] = feed["items"]
    assert item.keys() >= {"id", "url", "content_text", "date_published", "authors", "tags", "language"}
    assert item["_prrwatch"]["published"]["value"] == "2024-11-27"
    assert item["_prrwatch"]["evidence"] == [{"rule": "who", "quote": "women were repatriated"}]


def test_feeds_without_stories_are_feeds():
    assert feedparser.parse(atom([], NOW)).feed.updated == "2026-11-22T08:00:00Z"
    assert json.loads(json_feed([]))["items"] == []


def test_hostile_words_stay_words():
    told = story(member(title=HOSTILE, source_name=HOSTILE, url="javascript:alert(1)", text=HOSTILE, evidence=()))
    tree = ET.fromstring(atom([told], NOW))
    names = {element.tag.partition("}")[2] for element in tree.iter()}
    assert names == {"feed", "id", "title", "updated", "author", "name", "entry", "published", "category", "content"}
    [item] = json.loads(json_feed([told]))["items"]
    assert "url" not in item
    assert "\u202e" not in item["title"]


@given(st.text(), st.text(), st.text())
def test_any_text_gives_feeds_that_parse(title, name, url):
    told = story(member(title=title, source_name=name, url=url, text=title, evidence=()))
    ET.fromstring(atom([told], NOW))
    json.loads(json_feed([told]).encode("utf-8"))


def test_a_message_carries_itself_for_programs():
    alert = Alert("update-0123456789ab", AlertKind.UPDATE, "all", "hook", ("s-0123456789abcdef",))
    change = Change("31 women", "42 women", What.FIGURE, "In all 42 women came.")
    said = json.loads(render(alert, [story()], difference=[change]).json)
    assert (said["id"], said["kind"], said["subscription"]) == ("update-0123456789ab", "update", "all")
    assert said["changes"] == [{"was": "31 women", "now": "42 women", "in": "In all 42 women came."}]
    [told] = said["stories"]
    assert told["documents"][0]["url"] == "https://www.example.org/a/1?x=1&y=2"
    assert (told["countries"], told["phases"], told["score"]) == (["KZ"], ["repatriation"], 2.5)
