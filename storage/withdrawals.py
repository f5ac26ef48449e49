"""Pages of stories that were taken off the web: found by the crawl, told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prrwatch.alert import Alert, Recipient
from storage import muting, outbox, rows
from storage.records import KeptBack, Withdrawal
from storage.store import Store


def note(store: Store, document: int, at: datetime) -> None:
    """Note, inside the open transaction, that a document was found withdrawn; of no story, it is nobody's news."""
    store.write(
        """
        INSERT INTO withdrawals (document, at) SELECT document, ? FROM memberships WHERE document = ?
        ON CONFLICT DO NOTHING
        """,
        (rows.time(at), document),
    )


def untold(store: Store) -> tuple[Withdrawal, ...]:
    """Those of which it was not decided yet whom to tell, the oldest first."""
    found = store.query(
        """
        SELECT withdrawals.document, withdrawals.at, memberships.story FROM withdrawals
        JOIN memberships ON memberships.document = withdrawals.document
        WHERE told IS NULL ORDER BY withdrawals.at, withdrawals.document
        """
    )
    return tuple(Withdrawal(row["document"], row["story"], rows.at(row["at"])) for row in found)


def tell(
    store: Store,
    withdrawal: Withdrawal,
    alerts: Iterable[tuple[Alert, Sequence[Recipient]]],
    kept_back: Iterable[KeptBack],
    now: datetime,
) -> None:
    """Enqueue what is told of it and note that it was decided, in one transaction."""
    with store.transaction():
        outbox.add(store, alerts, now)
        muting.keep_back(store, kept_back, now)
        store.write(
            "UPDATE withdrawals SET told = ? WHERE document = ? AND at = ?",
            (rows.time(now), withdrawal.document, rows.time(withdrawal.at)),
        )
