"""What the store knows of the daemon itself: lapses, pulses, backlog and lag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prrwatch.lapses import Lapse, LapseKind
from storage import rows
from storage.store import Store


class PulseKind(StrEnum):
    """The signs of life that are kept."""

    WALK = "walk"
    HEARTBEAT = "heartbeat"
    CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last sign of life of one kind."""

    kind: PulseKind
    at: datetime
    detail: str


def note_lapses(store: Store, lapses: Iterable[Lapse]) -> None:
    """Keep these; one that goes on is lengthened."""
    found = [(each.source, each.kind, rows.time(each.since), rows.time(each.until), each.passes) for each in lapses]
    if not found:
        return
    with store.transaction():
        store.write_many(
            "INSERT INTO lapses (source, kind, since, until, passes) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (source, kind, since) DO UPDATE SET until = excluded.until, passes = excluded.passes",
            found,
        )


def lapses(store: Store, since: datetime) -> tuple[Lapse, ...]:
    """Those that ended after `since`, the latest first."""
    found = store.query("SELECT * FROM lapses WHERE until > ? ORDER BY until DESC, id DESC", (rows.time(since),))
    return tuple(
        Lapse(row["source"], LapseKind(row["kind"]), rows.at(row["since"]), rows.at(row["until"]), row["passes"])
        for row in found
    )


def beat(store: Store, kind: PulseKind, at: datetime, detail: str) -> None:
    """Keep a sign of life in the place of the one before."""
    with store.transaction():
        store.write(
            "INSERT INTO pulses (kind, at, detail) VALUES (?, ?, ?)"
            " ON CONFLICT (kind) DO UPDATE SET at = excluded.at, detail = excluded.detail",
            (kind, rows.time(at), detail),
        )


def pulses(store: Store) -> tuple[Pulse, ...]:
    """The last sign of life of each kind that there was."""
    found = store.query("SELECT * FROM pulses ORDER BY kind")
    return tuple(Pulse(PulseKind(row["kind"]), rows.at(row["at"]), row["detail"]) for row in found)


def oldest_due(store: Store, now: datetime) -> datetime | None:
    """Since when the message that has waited longest is due, for the first time or again; None when none is."""
    row = store.first(
        "SELECT min(next_try) AS at FROM deliveries WHERE state = 'waiting' AND next_try <= ?", (rows.time(now),)
    )
    return rows.at_or_none(row["at"]) if row else None
