"""Passes over sources: begun, ended, or cut by a kill."""

from __future__ import annotations

from datetime import datetime

from storage import rows
from storage.records import Run
from storage.store import Store

#: `runs.cut_short` of a pass that did not live to tell why.
KILLED = "killed"


def mark_cut(store: Store, now: datetime) -> tuple[str, ...]:
    """Close the passes that never ended, because the program was killed; returns their sources.

    To be called by the holder of the claim, before its first job. What these passes filed stays; their validators
    go, so that the next pass lists everything again.
    """
    with store.transaction():
        cut = store.query("SELECT job, source FROM runs WHERE ended IS NULL ORDER BY started")
        for run in cut:
            store.write("DELETE FROM pending_validators WHERE run = ?", (run["job"],))
        store.write("UPDATE runs SET ended = ?, cut_short = ?, ok = 0 WHERE ended IS NULL", (rows.time(now), KILLED))
    return tuple(dict.fromkeys(run["source"] for run in cut))


def latest(store: Store, limit: int = 20) -> tuple[Run, ...]:
    """The last passes, newest first."""
    found = store.query("SELECT * FROM runs ORDER BY started DESC, job DESC LIMIT ?", (limit,))
    return tuple(rows.run(row) for row in found)


def first(store: Store) -> datetime | None:
    """When the first pass of all began; None before it did."""
    return rows.at_or_none(store.query("SELECT min(started) AS at FROM runs")[0]["at"])


def killed(store: Store, since: datetime) -> int:
    """How many passes that a kill cut short were found since then."""
    return store.number("SELECT count(*) FROM runs WHERE cut_short = ? AND ended > ?", (KILLED, rows.time(since)))


def begin(store: Store, job: str, source: str, started: datetime) -> None:
    """Note inside the open transaction that a pass began; the first note of a pass counts.

    Raises LookupError for a source that was never mirrored: nothing could be joined with what it lists.
    """
    if store.first("SELECT 1 FROM sources WHERE id = ?", (source,)) is None:
        raise LookupError(f"source {source!r} is not in the store: mirror the catalogue first")
    store.write(
        "INSERT INTO runs (job, source, started) VALUES (?, ?, ?) ON CONFLICT (job) DO NOTHING",
        (job, source, rows.time(started)),
    )
