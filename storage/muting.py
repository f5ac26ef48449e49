"""Mutes: made, lifted, and what they kept back. The log stays: a mute that is over is still a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prrwatch.alert import Alert, Recipient
from prrwatch.mutes import Mute, Muted, Silence
from storage import outbox, rows
from storage.records import KeptBack, LoggedMute
from storage.regrouping import surviving
from storage.store import Store


def mute(store: Store, what: Muted, which: str, reason: str, span: tuple[datetime, datetime]) -> Mute:
    """Mute something from the first to before the second instant of `span`. A mute of the same thing ends at once.

    The id of a story that was merged into another mutes that one.
    """
    since, until = span
    which = _living(store, what, which)
    with store.transaction():
        _lift(store, what, which, since)
        number = store.number(
            "INSERT INTO mutes (what, which, reason, since, until) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (what, which, reason, rows.time(since), rows.time(until)),
        )
    return Mute(number, what, which, reason, since, until)


def unmute(store: Store, what: Muted, which: str, now: datetime) -> int:
    """Lift the mutes of something that hold at `now`; returns how many there were."""
    names = {which, _living(store, what, which)}
    with store.transaction():
        return sum(_lift(store, what, each, now) for each in names)


def silence(store: Store, now: datetime) -> Silence:
    """The mutes that hold at `now`."""
    found = store.query(
        "SELECT * FROM mutes WHERE lifted IS NULL AND since <= :now AND until > :now ORDER BY id DESC",
        {"now": rows.time(now)},
    )
    return Silence(tuple(rows.mute(row) for row in found))


def log(store: Store) -> tuple[LoggedMute, ...]:
    """Every mute that ever was, the newest first, with how many stories it kept out of messages."""
    found = store.query(
        """
        SELECT mutes.*, (SELECT count(DISTINCT story) FROM kept_back WHERE mute = mutes.id) AS stories
        FROM mutes ORDER BY mutes.id DESC
        """
    )
    return tuple(LoggedMute(rows.mute(row), rows.at_or_none(row["lifted"]), row["stories"]) for row in found)


def enqueue(
    store: Store, alerts: Iterable[tuple[Alert, Sequence[Recipient]]], kept: Iterable[KeptBack], now: datetime
) -> None:
    """Put alerts into the outbox and note what mutes kept out of them, in one transaction."""
    with store.transaction():
        add(store, alerts, kept, now)


def add(
    store: Store, alerts: Iterable[tuple[Alert, Sequence[Recipient]]], kept: Iterable[KeptBack], now: datetime
) -> None:
    """As `enqueue`, inside the open transaction."""
    outbox.add(store, alerts, now)
    keep_back(store, kept, now)


def keep_back(store: Store, kept: Iterable[KeptBack], now: datetime) -> None:
    """Note inside the open transaction what was not told, and why; a matter decided twice is noted once."""
    store.write_many(
        """
        INSERT INTO kept_back (alert, story, mute, kind, subscription, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (alert, story) DO NOTHING
        """,
        [
            (each.alert.token, story, each.mute, each.alert.kind, each.alert.subscription, rows.time(now))
            for each in kept
            for story in each.alert.stories
        ],
    )


def _living(store: Store, what: Muted, which: str) -> str:
    return (what is Muted.STORY and surviving(store, which)) or which


def _lift(store: Store, what: Muted, which: str, now: datetime) -> int:
    return store.write(
        "UPDATE mutes SET lifted = :now WHERE what = :what AND which = :which AND lifted IS NULL AND until > :now",
        {"now": rows.time(now), "what": what, "which": which},
    )
