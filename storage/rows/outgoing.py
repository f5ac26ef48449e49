"""What goes out: alerts and their deliveries, mutes, hits of a search, rows of an export."""

from __future__ import annotations

from sqlite3 import Row

from prrwatch.alert import Alert, AlertKind, DeadLetter, Delivery
from prrwatch.mutes import Mute, Muted
from storage.exported import AlertRow, DocumentRow, StoryRow
from storage.records import (
    DeliveryState,
    Hit,
    Listed,
)
from storage.rows.values import at, at_or_none, published_value, strings


def alert(row: Row) -> Alert:
    """A decision to tell."""
    return Alert(
        token=row["token"],
        kind=AlertKind(row["kind"]),
        subscription=row["subscription"],
        channel=row["channel"],
        stories=strings(row["stories"]),
        subject=row["subject"],
        body=row["body"],
        not_before=at_or_none(row["not_before"]),
    )


def delivery(row: Row) -> Delivery:
    """A leased row of the outbox."""
    return Delivery(row["id"], alert(row), row["recipient"], row["attempts"], at(row["created"]))


def listed_delivery(row: Row) -> Listed:
    """A line of the delivery log."""
    return Listed(
        message=row["token"],
        kind=AlertKind(row["kind"]),
        subscription=row["subscription"],
        channel=row["channel"],
        recipient=row["label"],
        stories=strings(row["stories"]),
        subject=row["subject"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_try=at(row["next_try"]),
        outcome=row["outcome"],
        answer=row["answer"],
        created=at(row["created"]),
        accepted_at=at_or_none(row["accepted_at"]),
    )


def dead_letter(row: Row) -> DeadLetter:
    """A message that was given up."""
    return DeadLetter(
        row["id"], row["token"], AlertKind(row["kind"]), row["subscription"], row["channel"], row["label"],
        row["attempts"], row["answer"],
    )  # fmt: skip


def mute(row: Row) -> Mute:
    """A mute."""
    return Mute(row["id"], Muted(row["what"]), row["which"], row["reason"], at(row["since"]), at(row["until"]))


def hit(row: Row) -> Hit:
    """A document that a search found."""
    judged = None if row["relevant"] is None else bool(row["relevant"])
    return Hit(
        row["document"], row["url"], row["source"], row["title"], published_value(row), at(row["first_seen"]),
        judged, row["story"], row["snippet"],
    )  # fmt: skip


def document_row(row: Row) -> DocumentRow:
    """A document as exported."""
    return DocumentRow(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        published=published_value(row),
        relevant=None if row["relevant"] is None else bool(row["relevant"]),
        score=row["score"],
        story=row["story"],
        versions=row["n"],
        state=row["state"],
        language=row["language"],
        issuer=row["issuer"],
        phases=strings(row["phases"]),
        countries=strings(row["countries"]),
        first_seen=row["first_seen"],
        fetched=row["fetched"],
    )


def story_row(row: Row) -> StoryRow:
    """A story as exported."""
    return StoryRow(
        story=row["story"],
        title=row["title"],
        primary_url=row["primary_url"],
        documents=row["documents"],
        opened=row["opened"],
        score=row["score"],
        phases=strings(row["phases"]),
        countries=strings(row["countries"]),
    )


def alert_row(row: Row) -> AlertRow:
    """One message to one recipient as exported."""
    stories = strings(row["stories"])
    return AlertRow(
        message=row["message"],
        kind=row["kind"],
        story=stories[0] if stories else None,
        subscription=row["subscription"],
        channel=row["channel"],
        state="waiting" if row["state"] == DeliveryState.LEASED else row["state"],
        attempts=row["attempts"],
        accepted_at=row["accepted_at"],
        recipient=row["recipient"],
        stories=stories,
        created=row["created"],
    )
