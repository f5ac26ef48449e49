"""The health of sources as stored, what the operators were told of it, and what digests say of coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prrwatch.alert import Alert, Recipient
from prrwatch.health import SourceHealth, State, current
from prrwatch.source import Source
from storage import outbox, rows
from storage.records import Coverage, Told, Unread
from storage.store import Store

#: A document with at least this score, and not relevant, was near.
NEAR = 0.5


def healths(store: Store, sources: Iterable[Source]) -> tuple[SourceHealth, ...]:
    """The health of each source of the catalogue, in its order; one that was never read is new."""
    return tuple(current(health(store, source.id), source) for source in sources)


def health(store: Store, source: str) -> SourceHealth | None:
    """The health of one source after its last pass."""
    row = store.first("SELECT * FROM source_states WHERE source = ?", (source,))
    if row is None:
        return None
    ways = store.query("SELECT * FROM way_states WHERE source = ? ORDER BY n", (source,))
    return rows.source_health(row, [rows.way_health(way) for way in ways])


def save(store: Store, after: SourceHealth) -> None:
    """Keep a source's health, inside the open transaction."""
    store.write(
        """
        INSERT INTO source_states (source, state, reason, detail, since, last_read, last_new, failures, good)
        VALUES (:source, :state, :reason, :detail, :since, :last_read, :last_new, :failures, :good)
        ON CONFLICT (source) DO UPDATE SET state = :state, reason = :reason, detail = :detail, since = :since,
            last_read = :last_read, last_new = :last_new, failures = :failures, good = :good
        """,
        rows.source_health_values(after),
    )
    store.write("DELETE FROM way_states WHERE source = ?", (after.id,))
    store.write_many(
        "INSERT INTO way_states (source, n, way, url, state, reason, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(after.id, n, *rows.way_health_values(way)) for n, way in enumerate(after.ways)],
    )


def told(store: Store) -> tuple[Told, ...]:
    """What the operators were last told, of each source that they were told of."""
    found = store.query("SELECT source, told_state, told_reason, told_at FROM source_states WHERE told_at IS NOT NULL")
    return tuple(rows.told(row) for row in found)


def tell(
    store: Store, notices: Sequence[Told], alerts: Sequence[tuple[Alert, Sequence[Recipient]]], now: datetime
) -> None:
    """Enqueue operators' notices and note that they were told, in one transaction."""
    with store.transaction():
        outbox.add(store, alerts, now)
        store.write_many(
            "UPDATE source_states SET told_state = ?, told_reason = ?, told_at = ? WHERE source = ?",
            [(each.state, each.reason, rows.time(each.at), each.source) for each in notices],
        )


def coverage(store: Store, since: datetime, until: datetime) -> Coverage:
    """What was read and what was not from `since` to before `until`, over the enabled sources."""
    span = {"since": rows.time(since), "until": rows.time(until), "near": NEAR}
    found = store.query(
        """
        SELECT id, last_read, state, EXISTS (
            SELECT 1 FROM runs WHERE source = id AND ok = 1 AND ended >= :since AND ended < :until) AS was_read
        FROM sources LEFT JOIN source_states ON source = id WHERE enabled ORDER BY id
        """,
        span,
    )
    counts = store.query(
        """
        SELECT
            (SELECT count(*) FROM sightings WHERE first_seen >= :since AND first_seen < :until) AS seen,
            count(*) FILTER (WHERE documents.relevant = 1) AS matched,
            count(*) FILTER (WHERE verdicts.relevant = 0 AND verdicts.score >= :near) AS near
        FROM documents LEFT JOIN verdicts ON verdicts.id = documents.verdict
        WHERE first_seen >= :since AND first_seen < :until
        """,
        span,
    )[0]
    return Coverage(
        read=tuple(row["id"] for row in found if row["was_read"]),
        unread=tuple(Unread(row["id"], rows.at_or_none(row["last_read"])) for row in found if not row["was_read"]),
        seen=counts["seen"],
        matched=counts["matched"],
        near=counts["near"],
        quiet=tuple(row["id"] for row in found if row["state"] == State.QUIET),
    )
