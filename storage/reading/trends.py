"""How many stories, and how late, week by week."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from prrwatch.document import Precision
from prrwatch.verdict import Phase
from storage import rows
from storage.store import Store

_MOST = 5000


@dataclass(frozen=True, slots=True)
class Told:
    """When a story was first told by anybody, and what it is about."""

    at: datetime
    phases: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long one story took to reach a reader."""

    accepted: datetime  #: when the first message about it was accepted
    first_seen: datetime
    published: datetime | None  #: only where the time of day is known


def told_since(store: Store, since: datetime) -> tuple[Told, ...]:
    """The relevant stories whose first document was published (or, undated, seen) since then."""
    found = store.query(
        "SELECT told, phases, countries FROM story_dates WHERE opened >= :since AND told >= :since LIMIT :most",
        {"since": rows.time(since), "most": _MOST},
    )
    return tuple(_told(row["told"], row["phases"], row["countries"]) for row in found)


def delays_since(store: Store, since: datetime) -> tuple[Delay, ...]:
    """The stories told as news since then, one row each."""
    found = store.query(
        """
        SELECT min(deliveries.accepted_at) AS accepted, documents.first_seen, versions.published_at,
            versions.published_precision
        FROM deliveries
        JOIN alerts ON alerts.token = deliveries.alert AND alerts.kind = 'new'
        JOIN alert_stories ON alert_stories.alert = alerts.token
        JOIN memberships ON memberships.story = alert_stories.story AND memberships.why = 'first'
        JOIN documents ON documents.id = memberships.document
        JOIN versions ON versions.id = documents.version
        WHERE deliveries.accepted_at >= ? GROUP BY alert_stories.story LIMIT ?
        """,
        (rows.time(since), _MOST),
    )
    exact = (Precision.MINUTE, Precision.SECOND)
    return tuple(
        Delay(
            rows.at(row["accepted"]),
            rows.at(row["first_seen"]),
            rows.at(row["published_at"]) if row["published_precision"] in exact else None,
        )
        for row in found
    )


def _told(at: str, phases: str, countries: str) -> Told:
    of_any = {phase for each in json.loads(phases) for phase in each}
    return Told(
        rows.at(at),
        tuple(phase.value for phase in Phase if phase in of_any),
        tuple(sorted({country for each in json.loads(countries) for country in each})),
    )
