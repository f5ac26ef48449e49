"""One story: who tells it, who was told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prrwatch.document import Dated
from storage import rows
from storage.store import Store

_MOST_TELLERS = 200
_MOST_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class Teller:
    """One document of a story."""

    document: int
    url: str
    source: str
    source_name: str
    kind: str
    title: str | None
    language: str | None
    published: Dated | None
    first_seen: datetime
    why: str
    joined: datetime
    versions: int
    relevant: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One message about the story to one recipient."""

    message: str
    kind: str
    subscription: str
    channel: str
    recipient: str  #: masked
    state: str
    outcome: str | None
    created: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Muted:
    """A mute that holds, or held, for the story."""

    reason: str
    since: datetime
    until: datetime
    lifted: datetime | None


def opened(store: Store, story: str) -> datetime | None:
    """When the story was opened; None when there is no such story."""
    row = store.first("SELECT opened FROM stories WHERE id = ?", (story,))
    return rows.at(row["opened"]) if row else None


def of_document(store: Store, document: int) -> str | None:
    """The story that the document belongs to."""
    row = store.first("SELECT story FROM memberships WHERE document = ?", (document,))
    return row["story"] if row else None


def tellers(store: Store, story: str) -> tuple[Teller, ...]:
    """Its documents, the leading one first, at most 200."""
    found = store.query(
        """
        SELECT story_members.*, versions.published_precision, versions.published_raw, versions.published_origin,
            versions.n AS versions
        FROM story_members
        JOIN documents ON documents.id = story_members.document
        JOIN versions ON versions.id = documents.version
        WHERE story_members.story = ? ORDER BY place LIMIT ?
        """,
        (story, _MOST_TELLERS),
    )
    return tuple(
        Teller(
            row["document"],
            row["url"],
            row["source"],
            row["source_name"],
            row["kind"],
            row["title"],
            row["language"],
            rows.dated(row),
            rows.at(row["first_seen"]),
            row["why"],
            rows.at(row["joined"]),
            row["versions"],
            row["relevant"] == 1,
            row["state"] == "gone",
        )
        for row in found
    )


def messages(store: Store, story: str) -> tuple[Sent, ...]:
    """The messages that told of it, the latest first, at most 100."""
    found = store.query(
        """
        SELECT alerts.token AS message, alerts.kind, alerts.subscription, alerts.channel, deliveries.label AS recipient,
            deliveries.state, deliveries.outcome, alerts.created, deliveries.accepted_at
        FROM alert_stories
        JOIN alerts ON alerts.token = alert_stories.alert
        JOIN deliveries ON deliveries.alert = alerts.token
        WHERE alert_stories.story = ? ORDER BY alerts.created DESC, deliveries.id LIMIT ?
        """,
        (story, _MOST_MESSAGES),
    )
    return tuple(
        Sent(**{**dict(row), "created": rows.at(row["created"]), "accepted_at": rows.at_or_none(row["accepted_at"])})
        for row in found
    )


def mutes(store: Store, story: str) -> tuple[Muted, ...]:
    """The mutes of this story, the latest first."""
    found = store.query(
        "SELECT reason, since, until, lifted FROM mutes WHERE what = 'story' AND which = ? ORDER BY id DESC LIMIT 20",
        (story,),
    )
    return tuple(
        Muted(row["reason"], rows.at(row["since"]), rows.at(row["until"]), rows.at_or_none(row["lifted"]))
        for row in found
    )
