"""Private names stay in the store: what leaves it shows █ in their place."""

from __future__ import annotations

import re

import pytest

from prrwatch.verdict import Field
from scheduler.commands.export import FEED_FORMATS, KINDS, REFERENCE_FORMATS
from storage import labels, people

HER = "Zarina Ahmadova, 34, who was repatriated from al-Hol camp in Syria with her children, entered rehabilitation."
TEXT = HER + " The centre in Fergana teaches her to sew, said Ahmadova, and a psychologist sees the family each week."


def message(newsroom):
    [listed] = newsroom.told()
    told = newsroom.message(listed)
    return f"{told.subject}\n{told.text}\n{told.html}"


@pytest.fixture
def told_of(newsroom):
    newsroom.publish(ministry="official").begin()
    for source in newsroom.walk.sources:
        newsroom.read(source)
    newsroom.read("one", her=TEXT)
    return newsroom


def test_a_message_covers_the_name_of_a_returnee(told_of):
    shown = message(told_of)
    assert "Zarina" not in shown
    assert "Ahmadova" not in shown
    assert "██████ ████████, 34" in shown


def test_an_official_source_opens_the_name(told_of):
    told_of.read("ministry", her=TEXT)
    assert "Zarina Ahmadova" in message(told_of)


def test_the_site_may_show_names_on_purpose(told_of):
    told_of.subscribe('[people]\nnames = "shown"\n[subscriptions.all]\nchannel = "desk"\n')
    assert "Zarina Ahmadova" in message(told_of.again())


def test_the_store_keeps_and_marks_the_name(told_of):
    [row] = told_of.walk.store.query("SELECT * FROM people")
    assert (row["name"], row["standing"]) == ("Zarina Ahmadova", "private")
    [found] = people.of_version(told_of.walk.store, row["version"])
    assert [TEXT[each.start : each.end] for each in found.mentions if each.field is Field.TEXT] == [
        "Zarina Ahmadova",
        "Ahmadova",
    ]


def test_whatever_is_taken_away_covers_it_too(told_of, command_line):
    """In titles, texts and the addresses of pages, in every export in every format, and in what a search finds."""
    told_of.read("two", **{"zarina-ahmadova": TEXT.replace("to sew", "to bake")})
    walk = told_of.walk
    labels.label(walk.store, 1, labels.Label(relevant=True, note="Ask Ahmadova", by="me"), told_of.now)
    told_of.end()
    prrwatch = command_line(told_of.folder)
    forms = FEED_FORMATS | dict.fromkeys(REFERENCE_FORMATS, ("citations",))
    asked = [("export", what, "--format", form) for form in ("csv", "jsonl") for what in KINDS]
    asked += [("export", what, "--format", form) for form, kinds in forms.items() for what in kinds]
    found = {each: prrwatch(*each).out for each in [*asked, ("search", "sew"), ("--json", "search", "bake")]}
    assert [each for each, out in found.items() if re.search("zarina|ahmadova", out, re.IGNORECASE)] == []
    told = {each[1] for each, out in found.items() if "██████" in out}
    assert told >= {"documents", "relevant", "stories", "citations", "labels", "sew", "search"}
    assert "https://two.example.org/a/██████-████████" in found["export", "documents", "--format", "csv"]


def test_a_returnee_of_one_story_does_not_cover_an_official_of_another_in_the_same_message(newsroom):
    newsroom.begin()
    newsroom.read("one", her=TEXT)
    newsroom.read(
        "two",
        court="A court in Osh sentenced a man who had returned from Syria on 1 March 2024 to six years for membership "
        "of a terrorist organisation, said the prosecutor, Minister of Justice Zarina Ahmadova, on Monday.",
    )
    newsroom.walk.summarise()
    shown = message(newsroom)
    assert "██████ ████████, 34" in shown
    assert "Minister of Justice Zarina Ahmadova" in shown
