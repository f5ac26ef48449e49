"""Events for calendars: what a calendar program reads back, whatever the web put into the names."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from prrwatch.events import Kind, KnownEvent, Occasion, Status
from prrwatch.outlets.calendar import events_feed, ics

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
URL = "https://www.example.org/a/1?x=1&y=2"
HOSTILE = "Meeting; of, all\\\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M \x07\u202e<b>"


def known(**fields):
    about = {
        "id": "e-0123456789abcdef",
        "name": "First meeting of the Regional Expert Council",
        "kind": Kind.MEETING,
        "status": Status.ANNOUNCED,
        "start": date(2024, 5, 14),
        "end": None,
        "first_start": None,
        "place": "Tashkent",
        "organisers": ("UNOCT", "OSCE"),
    }
    told = {"stories": ("s-1",), "documents": 1, "sequence": 0, "opened": NOW, "changed": NOW}
    more = {key: fields.pop(key) for key in tuple(fields) if key in told}
    return KnownEvent(Occasion(**(about | fields)), URL, None, **(told | more))


def read(*events):
    text = ics(events)
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return Calendar.from_ical(text).walk("VEVENT")


def test_an_announced_day_is_a_whole_day_without_a_zone():
    [entry] = read(known())
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2024, 5, 14), date(2024, 5, 15))
    assert entry["uid"] == "e-0123456789abcdef@prrwatch.invalid"
    assert (entry["summary"], entry["location"]) == ("First meeting of the Regional Expert Council", "Tashkent")
    assert (entry["status"], entry["transp"], entry["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert entry.decoded("dtstamp") == entry.decoded("last-modified") == NOW
    assert entry["url"] == URL
    assert "Organised by UNOCT; OSCE." in entry["description"]
    assert b"DTSTART;VALUE=DATE:20240514" in entry.to_ical()


def test_a_moved_and_a_cancelled_event_stay_the_same_event():
    moved = known(
        status=Status.MOVED, start=date(2024, 6, 3), end=date(2024, 6, 5), first_start=date(2024, 5, 14), sequence=1
    )
    cancelled = known(status=Status.CANCELLED, sequence=2, changed=NOW + timedelta(days=1))
    [first], [second] = read(moved), read(cancelled)
    assert first["uid"] == second["uid"]
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2024, 6, 3), date(2024, 6, 6))
    assert "announced for 2024-05-14" in first["description"]
    assert (second["status"], second["sequence"]) == ("CANCELLED", 2)
    assert second.decoded("dtstamp") == NOW + timedelta(days=1)


def test_an_event_without_a_day_is_in_no_calendar_but_in_the_feed():
    assert read(known(start=None)) == []
    [item] = json.loads(events_feed([known(start=None)]))["items"]
    assert (item["id"], item["_prrwatch"]["start"]) == ("tag:prrwatch.invalid,2026:event/e-0123456789abcdef", None)
    assert (item["url"], item["tags"]) == (URL, ["meeting", "announced"])


def test_a_hostile_name_is_a_name():
    [entry] = read(known(name=HOSTILE, place=HOSTILE, organisers=(HOSTILE,)))
    assert entry["summary"] == "Meeting; of, all\\ BEGIN:VALARM TRIGGER:-PT1M <b>"
    assert entry.subcomponents == []


@given(st.text(min_size=1, max_size=400), st.text(max_size=80))
def test_any_name_makes_one_event(name, place):
    [entry] = read(known(name=name, place=place, organisers=(name,)))
    assert entry["uid"] == "e-0123456789abcdef@prrwatch.invalid"
    assert entry["summary"] == " ".join(entry["summary"].split())
