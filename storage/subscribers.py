"""The subscriptions as the store knows them: what each wants, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prrwatch.alert import Alert, Recipient
from storage import muting, rows
from storage.records import KeptBack, Subscriber
from storage.store import Store


def known(store: Store) -> dict[str, Subscriber]:
    """Every subscription that was ever in use, by name."""
    found = store.query("SELECT * FROM subscriptions")
    return {row["name"]: Subscriber(row["name"], row["wants"], rows.at(row["since"])) for row in found}


def welcome(
    store: Store,
    newcomers: Iterable[Subscriber],
    alerts: Iterable[tuple[Alert, Sequence[Recipient]]],
    kept: Iterable[KeptBack],
    now: datetime,
) -> None:
    """Note what subscriptions want from now on, with the messages that begin them, in one transaction."""
    with store.transaction():
        muting.add(store, alerts, kept, now)
        store.write_many(
            """
            INSERT INTO subscriptions (name, wants, since) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET wants = excluded.wants, since = excluded.since
            """,
            [(each.name, each.wants, rows.time(each.since)) for each in newcomers],
        )
