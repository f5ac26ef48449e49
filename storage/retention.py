"""What may be forgotten: the bytes of old pages that nothing was found in. Who fetched what, when, and its hash stay.

Kept for ever are the originals of every document that any set of rules ever found anything in, relevant or a near miss;
that belongs to a story; of which a person has said anything; and that the present rules have not judged yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import rows
from storage.store import Store

_OLD = """
    FROM originals WHERE pruned IS NULL AND fetched < :before AND NOT EXISTS (
        SELECT 1 FROM documents WHERE documents.id = originals.document AND (
            documents.ruleset IS NULL
            OR EXISTS (SELECT 1 FROM memberships WHERE memberships.document = documents.id)
            OR EXISTS (SELECT 1 FROM labels WHERE labels.document = documents.id)
            OR EXISTS (SELECT 1 FROM remarks WHERE remarks.document = documents.id)
            OR EXISTS (
                SELECT 1 FROM versions JOIN verdicts ON verdicts.version = versions.id
                WHERE versions.document = documents.id AND (verdicts.relevant = 1 OR verdicts.score > 0)
            )
        )
    )
"""
#: Rows in one transaction: no writer waits for long.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Prunable:
    """How many originals may go, how many bytes they take on the disk, and how many are kept besides."""

    originals: int
    bytes: int
    kept: int


def prunable(store: Store, before: datetime) -> Prunable:
    """What `prune` would take away. Bytes that a kept original shares are not counted."""
    old = [row["sha256"] for row in store.query(f"SELECT DISTINCT sha256 {_OLD}", {"before": rows.time(before)})]
    count = store.number(f"SELECT count(*) {_OLD}", {"before": rows.time(before)})
    kept = store.number("SELECT count(*) FROM originals WHERE pruned IS NULL") - count
    kept_bodies = {
        row["sha256"]
        for row in store.stream(
            f"SELECT DISTINCT sha256 FROM originals WHERE pruned IS NULL AND id NOT IN (SELECT id {_OLD})",  # noqa: S608 - our own words, no values
            {"before": rows.time(before)},
        )
    }
    return Prunable(count, _size(store, [each for each in old if each not in kept_bodies]), kept)


def prune(store: Store, before: datetime, now: datetime, limit: int) -> int:
    """Forget the bytes of at most `limit` originals that were fetched before; returns of how many.

    The rows say so first: after a kill in between a body may be without a row, never a row without its body. The file
    does not become smaller; what is freed is used for what comes. To be called by the holder of the claim.
    """
    done = 0
    while done < limit and (marked := _mark(store, before, now, min(_BATCH, limit - done))):
        done += marked
    _sweep(store)
    return done


def _mark(store: Store, before: datetime, now: datetime, limit: int) -> int:
    with store.transaction():
        return store.write(
            f"UPDATE originals SET pruned = :now WHERE id IN (SELECT id {_OLD} LIMIT :limit)",  # noqa: S608 - our own words, no values
            {"before": rows.time(before), "now": rows.time(now), "limit": limit},
        )


def _sweep(store: Store) -> None:
    """Delete the bodies that only pruned rows name."""
    unnamed = store.query(
        "SELECT DISTINCT sha256 FROM originals AS gone WHERE pruned IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM originals WHERE sha256 = gone.sha256 AND pruned IS NULL)"
    )
    with store.originals_transaction() as connection:
        connection.executemany("DELETE FROM bodies WHERE sha256 = ?", [(row["sha256"],) for row in unnamed])


def _size(store: Store, addresses: list[str]) -> int:
    sizes = store.originals.conn.execute(
        "SELECT coalesce(sum(length(zstd)), 0) FROM bodies WHERE sha256 IN (SELECT value FROM json_each(?))",
        (rows.listed(addresses),),
    )
    return int(sizes.fetchone()[0])
