"""Dead letters: messages that were given up, and whether the operators know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prrwatch.alert import Alert, AlertKind, DeadLetter, Recipient
from storage import outbox, rows
from storage.store import Store


def untold(store: Store) -> tuple[DeadLetter, ...]:
    """The dead letters that the operators were not told of, the oldest first.

    Without notices to operators: one of a notice that cannot be delivered could not be delivered either.
    """
    found = store.query(
        """
        SELECT deliveries.id, token, kind, subscription, deliveries.channel, label, attempts, answer
        FROM deliveries JOIN alerts ON token = alert
        WHERE state = 'dead' AND death_told IS NULL AND kind <> ? ORDER BY deliveries.id
        """,
        (AlertKind.OPERATOR,),
    )
    return tuple(rows.dead_letter(row) for row in found)


def tell(
    store: Store, dead: Sequence[DeadLetter], notices: Sequence[tuple[Alert, Sequence[Recipient]]], now: datetime
) -> None:
    """Enqueue the notices that tell of dead letters, and note that they do, in one transaction."""
    with store.transaction():
        outbox.add(store, notices, now)
        store.write_many(
            "UPDATE deliveries SET death_told = ? WHERE id = ?", [(rows.time(now), each.delivery) for each in dead]
        )
