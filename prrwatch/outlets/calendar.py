"""Events as a calendar (RFC 5545) that programs can subscribe to, and as a JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar
from icalendar import Event as Entry

from prrwatch.escape import web_url
from prrwatch.events import KnownEvent, Status
from prrwatch.hygiene import one_line
from prrwatch.outlets.words import identity

_PRODUCT = "-//prrwatch//events//EN"
_DAY = timedelta(days=1)
_NAME, _LINE = 300, 2000


def ics(events: Iterable[KnownEvent]) -> str:
    """The events whose day is known, as one iCalendar object with CRLF line ends.

    An event keeps its UID for ever; SEQUENCE and LAST-MODIFIED rise with every change, so a moved event moves and a
    cancelled one is struck out in calendars that know it. Days are dates without time or zone: no text tells a zone.
    """
    calendar = Calendar()
    for name, value in (("prodid", _PRODUCT), ("version", "2.0"), ("x-wr-calname", "prrwatch: events")):
        calendar.add(name, value)
    for event in events:
        if event.occasion.start is not None:
            calendar.add_component(_entry(event, event.occasion.start))
    text: bytes = calendar.to_ical(sorted=False)
    return text.decode("utf-8")


def events_feed(events: Sequence[KnownEvent]) -> str:
    """The events as a JSON Feed, in the order given; `_prrwatch` holds the whole event."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "prrwatch: events",
        "authors": [{"name": "prrwatch"}],
        "items": [_item(event) for event in events],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def event_object(event: KnownEvent) -> dict[str, Any]:
    """The event as a JSON object; text from the web is one clean line, to be escaped where it is shown."""
    known = event.occasion
    return {
        "id": known.id,
        "name": one_line(known.name, _NAME),
        "kind": known.kind.value,
        "status": known.status.value,
        "start": known.start.isoformat() if known.start else None,
        "end": known.end.isoformat() if known.end else None,
        "first_start": known.first_start.isoformat() if known.first_start else None,
        "place": one_line(known.place) if known.place else None,
        "organisers": [one_line(each) for each in known.organisers],
        "announced": event.announced_url,
        "reported": event.reported_url,
        "stories": list(event.stories),
        "documents": event.documents,
        "sequence": event.sequence,
        "changed": event.changed.isoformat(),
    }


def _entry(event: KnownEvent, start: date) -> Entry:
    known = event.occasion
    entry = Entry()
    entry.add("uid", f"{known.id}@prrwatch.invalid")
    entry.add("dtstamp", event.changed)
    entry.add("created", event.opened)
    entry.add("last-modified", event.changed)
    entry.add("sequence", event.sequence)
    entry.add("dtstart", start)
    entry.add("dtend", (known.end or start) + _DAY)  # the first day after it: RFC 5545, section 3.6.1
    entry.add("summary", one_line(known.name, _NAME))
    entry.add("description", "\n".join(_lines(event)))
    entry.add("status", "CANCELLED" if known.status is Status.CANCELLED else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")  # it is somebody else's time
    entry.add("categories", [known.kind.value])
    if known.place:
        entry.add("location", one_line(known.place))
    if url := _url(event):
        entry.add("url", url)
    return entry


def _item(event: KnownEvent) -> dict[str, Any]:
    known = event.occasion
    item = {
        "id": identity(f"event/{known.id}"),
        "title": one_line(known.name, _NAME),
        "content_text": "\n".join(_lines(event)),
        "date_published": _time(event.opened),
        "date_modified": _time(event.changed),
        "tags": [known.kind.value, known.status.value],
        "_prrwatch": event_object(event),
    }
    url = _url(event)
    return item | {"url": url} if url else item


def _lines(event: KnownEvent) -> Iterator[str]:
    known = event.occasion
    yield f"{known.kind.value.capitalize()}, {known.status.value}."
    if known.start:
        span = f"{known.start.isoformat()} to {known.end.isoformat()}" if known.end else known.start.isoformat()
        yield f"{span}, {one_line(known.place)}." if known.place else f"{span}."
    if known.first_start:
        yield f"It was announced for {known.first_start.isoformat()} first."
    if known.organisers:
        yield f"Organised by {one_line('; '.join(known.organisers), _LINE)}."
    for words, url in (("Announced", event.announced_url), ("Reported", event.reported_url)):
        if url:
            yield f"{words}: {one_line(url, _LINE)}"
    if event.stories:
        yield f"Stories: {', '.join(event.stories)}"


def _url(event: KnownEvent) -> str | None:
    found = event.reported_url or event.announced_url
    return web_url(found) if found else None


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
