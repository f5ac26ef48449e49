"""How many stories, and how late, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from prrwatch.document import Precision
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
    """The stories whose first document was published (or, undated, seen) since then, as that document tells them.

    Only the first document of each is looked at: all of them together cost three times as much, on every look at the
    first page. A story whose first document the rules no longer want is left out.
    """
    found = store.query(
        """
        SELECT coalesce(versions.published_at, documents.first_seen) AS told, verdicts.phases, verdicts.countries
        FROM stories
        JOIN memberships ON memberships.story = stories.id AND memberships.why = 'first'
        JOIN documents ON documents.id = memberships.document AND documents.relevant = 1
        JOIN versions ON versions.id = documents.version
        JOIN verdicts ON verdicts.id = documents.verdict
        WHERE stories.opened >= :since AND told >= :since LIMIT :most
        """,
        {"since": rows.time(since), "most": _MOST},
    )
    return tuple(Told(rows.at(row["told"]), _strings(row["phases"]), _strings(row["countries"])) for row in found)


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


@lru_cache(maxsize=1000)
def _strings(text: str) -> tuple[str, ...]:
    return rows.strings(text)
