"""Events that documents announce or report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from sqlite3 import Row

from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event, whatever was said of it."""

    event: str
    name: str
    kind: str
    status: str
    start: str | None  #: a day, ISO 8601
    end: str | None
    first_start: str | None  #: the day first announced, where it was moved
    place: str | None
    organisers: tuple[str, ...]
    announced_url: str | None
    reported_url: str | None
    stories: tuple[str, ...]
    documents: int


def upcoming(store: Store, today: date, limit: int) -> tuple[Occasion, ...]:
    """The events that are not over and not known to be called off, the next first."""
    found = store.query(
        """
        SELECT * FROM events WHERE coalesce("end", start) >= ? ORDER BY start, event LIMIT ?
        """,
        (today.isoformat(), limit),
    )
    return tuple(_occasion(row) for row in found)


def past(store: Store, today: date, limit: int) -> tuple[Occasion, ...]:
    """The events that are over, the latest first."""
    found = store.query(
        'SELECT * FROM events WHERE coalesce("end", start) < ? ORDER BY start DESC, event LIMIT ?',
        (today.isoformat(), limit),
    )
    return tuple(_occasion(row) for row in found)


def undated(store: Store, limit: int) -> tuple[Occasion, ...]:
    """The events whose day nobody told, the latest found first."""
    found = store.query("SELECT * FROM events WHERE start IS NULL ORDER BY opened DESC LIMIT ?", (limit,))
    return tuple(_occasion(row) for row in found)


def of_story(store: Store, story: str) -> tuple[Occasion, ...]:
    """The events that the documents of a story speak of, at most 20."""
    found = store.query(
        """
        SELECT * FROM events WHERE event IN (
            SELECT event_tellings.occasion FROM memberships
            JOIN versions ON versions.document = memberships.document
            JOIN event_tellings ON event_tellings.version = versions.id
            WHERE memberships.story = ?
        ) ORDER BY start, event LIMIT 20
        """,
        (story,),
    )
    return tuple(_occasion(row) for row in found)


def _occasion(row: Row) -> Occasion:
    return Occasion(
        row["event"],
        row["name"],
        row["kind"],
        row["status"],
        row["start"],
        row["end"],
        row["first_start"],
        row["place"],
        rows.strings(row["organisers"]),
        row["announced_url"],
        row["reported_url"],
        rows.strings(row["stories"]),
        row["documents"],
    )
