"""The outbox: one row for each message to each recipient, leased, sent, noted. At least once, never lost.

The law: duplicates <= acceptances whose answer never came + kills between send and note, all with one token.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from prrwatch.alert import Alert, AlertKind, Delivery, DeliveryResult, Outcome, Recipient
from storage import rows
from storage.records import Counts, DeliveryState, Listed
from storage.store import Store

#: Attempts before a message becomes a dead letter. With the back-off below that is four days and a half, within the
#: four to five days that RFC 5321 section 4.5.4.1 asks for: a long weekend and the day after it.
ATTEMPTS = 118
#: A mail server that was down for a minute has the message within the next one.
_FIRST = timedelta(seconds=5)
#: One that comes back after a day has it within the hour.
_LONGEST = timedelta(hours=1)
#: A service may ask for patience, not for ever.
_MOST_PATIENCE = timedelta(days=7)

_DUE = """
    ((state = 'waiting' AND next_try <= :now) OR (state = 'leased' AND lease_until <= :now))
    AND (:channels IS NULL OR channel IN (SELECT value FROM json_each(:channels)))
"""


def enqueue(store: Store, alerts: Iterable[tuple[Alert, Sequence[Recipient]]], now: datetime) -> None:
    """Put alerts into the outbox in one transaction; an alert whose token is known is left as it is."""
    with store.transaction():
        add(store, alerts, now)


def add(store: Store, alerts: Iterable[tuple[Alert, Sequence[Recipient]]], now: datetime) -> None:
    """As `enqueue`, inside the open transaction."""
    for alert, recipients in alerts:
        if not _note(store, alert, now):
            continue
        store.write_many(
            "INSERT INTO alert_stories (alert, n, story) VALUES (?, ?, ?)",
            [(alert.token, n, story) for n, story in enumerate(dict.fromkeys(alert.stories))],
        )
        due = rows.time(max(now, alert.not_before or now))
        store.write_many(
            """
            INSERT INTO deliveries (alert, channel, recipient, label, attempts_allowed, next_try)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (alert, recipient) DO NOTHING
            """,
            [(alert.token, alert.channel, each.id, each.label, ATTEMPTS, due) for each in recipients],
        )


def lease(
    store: Store, now: datetime, limit: int, lease_seconds: float, channels: Collection[str] | None = None
) -> tuple[Delivery, ...]:
    """Take at most `limit` due messages for `lease_seconds`; nobody else gets them before that time is over.

    A lease that ran out is due again: whoever held it died between sending and noting. One that ran out at its last
    attempt is a dead letter, so that a message that kills its sender cannot do so for ever.
    """
    wanted = {
        "now": rows.time(now),
        "limit": limit,
        "until": rows.time(now + timedelta(seconds=lease_seconds)),
        "channels": None if channels is None else rows.listed(channels),
    }
    # A look without the write lock first: most ticks find nothing due.
    if store.first(f"SELECT 1 FROM deliveries WHERE {_DUE} LIMIT 1", wanted) is None:  # noqa: S608  a constant
        return ()
    with store.transaction():
        _bury(store, now)
        leased = store.query(
            f"""
            UPDATE deliveries SET state = 'leased', lease_until = :until, attempts = attempts + 1
            WHERE id IN (SELECT id FROM deliveries WHERE {_DUE} ORDER BY next_try, id LIMIT :limit) RETURNING id
            """,  # noqa: S608  a constant
            wanted,
        )
        return _deliveries(store, [row["id"] for row in leased])


def release(store: Store, now: datetime) -> int:
    """End the leases of a process that died, so that its messages need not wait them out; returns how many.

    To be called by the holder of the claim, before it leases: nobody else can be sending. An attempt that was cut
    counts as one that failed, back-off included: one message that kills its sender must neither hold up the others
    nor use up its attempts in an hour of restarts.
    """
    with store.transaction():
        cut = store.query("SELECT id, attempts FROM deliveries WHERE state = 'leased'")
        store.write_many(
            "UPDATE deliveries SET lease_until = ? WHERE id = ?", [(rows.time(now), row["id"]) for row in cut]
        )
        _bury(store, now)
        store.write_many(
            """
            UPDATE deliveries SET state = 'waiting', lease_until = NULL, next_try = ? WHERE id = ? AND state = 'leased'
            """,
            [(rows.time(now + back_off(row["attempts"])), row["id"]) for row in cut],
        )
        return len(cut)


def note(store: Store, delivery: Delivery, result: DeliveryResult, now: datetime) -> None:
    """Note how an attempt ended: sent, to be tried again later, or a dead letter.

    An acceptance counts whenever it comes. Anything else counts only from the holder of the lease: another one may be
    sending already.
    """
    with store.transaction():
        row = store.first("SELECT state, attempts, attempts_allowed FROM deliveries WHERE id = ?", (delivery.id,))
        if row is None or row["state"] == DeliveryState.SENT:
            return
        holds = row["state"] == DeliveryState.LEASED and row["attempts"] == delivery.attempts
        if not holds and result.outcome is not Outcome.ACCEPTED:
            return
        state, again = _after(result, delivery.attempts, row["attempts_allowed"], now)
        store.write(
            """
            UPDATE deliveries SET state = ?, next_try = ?, lease_until = NULL, outcome = ?, answer = ?, accepted_at = ?
            WHERE id = ?
            """,
            (
                state,
                rows.time(again),
                result.outcome,
                result.answer,
                rows.time(now) if state is DeliveryState.SENT else None,
                delivery.id,
            ),
        )
        store.write(
            "INSERT INTO attempts (delivery, n, at, outcome, answer) VALUES (?, ?, ?, ?, ?)",
            (delivery.id, delivery.attempts, rows.time(now), result.outcome, result.answer),
        )


def withdraw(store: Store, delivery: Delivery) -> None:
    """Take out of the outbox what need not be told any more, unsent; its alert too, if nobody was sent it.

    The same matter may come in again: that which is told of a day holds again when an event is moved back to it.
    """
    with store.transaction():
        store.write("DELETE FROM deliveries WHERE id = ? AND state <> 'sent'", (delivery.id,))
        store.write(
            "DELETE FROM alerts WHERE token = :alert AND NOT EXISTS (SELECT 1 FROM deliveries WHERE alert = :alert)",
            {"alert": delivery.alert.token},
        )


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 s, doubled each time, an hour at most."""
    factor: int = 1 << min(attempts - 1, 20)
    return min(_FIRST * factor, _LONGEST)


def retry(store: Store, token: str | None, now: datetime) -> int:
    """Make dead and waiting messages due at once, those of one alert or all; returns how many."""
    with store.transaction():
        return store.write(
            """
            UPDATE deliveries SET state = 'waiting', next_try = :now, attempts_allowed = attempts + :more,
                death_told = NULL
            WHERE (state = 'dead' OR (state = 'waiting' AND attempts > 0)) AND (:token IS NULL OR alert = :token)
            """,
            {"now": rows.time(now), "token": token, "more": ATTEMPTS},
        )


def listing(
    store: Store, states: Collection[DeliveryState] = tuple(DeliveryState), limit: int = 100
) -> tuple[Listed, ...]:
    """The delivery log, the newest alert first."""
    found = store.query(
        """
        SELECT alerts.*, deliveries.*,
            (SELECT json_group_array(story) FROM (SELECT story FROM alert_stories WHERE alert = token ORDER BY n))
                AS stories
        FROM deliveries JOIN alerts ON token = alert
        WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created DESC, deliveries.id DESC LIMIT ?
        """,
        (rows.listed(states), limit),
    )
    return tuple(rows.listed_delivery(row) for row in found)


def counts(store: Store) -> Counts:
    """The outbox in three numbers."""
    row = store.query(
        """
        SELECT count(*) FILTER (WHERE state IN ('waiting', 'leased')) AS waiting,
            count(*) FILTER (WHERE state = 'sent') AS sent,
            count(*) FILTER (WHERE state = 'dead') AS dead
        FROM deliveries
        """
    )[0]
    return Counts(row["waiting"], row["sent"], row["dead"])


def next_due(store: Store) -> datetime | None:
    """When the next message is due, or the next lease runs out; None when the outbox is empty."""
    row = store.query(
        """
        SELECT min(at) AS at FROM (
            SELECT min(next_try) AS at FROM deliveries WHERE state = 'waiting'
            UNION ALL SELECT min(lease_until) FROM deliveries WHERE state = 'leased')
        """
    )[0]
    return rows.at_or_none(row["at"])


def last_digest(store: Store, subscription: str) -> datetime | None:
    """The end of the window that the latest digest of the subscription covers; None when there was none."""
    found = store.query(
        "SELECT max(coalesce(not_before, created)) AS at FROM alerts WHERE kind = ? AND subscription = ?",
        (AlertKind.DIGEST, subscription),
    )
    return rows.at_or_none(found[0]["at"])


def _bury(store: Store, now: datetime) -> None:
    store.write(
        """
        UPDATE deliveries SET state = 'dead', lease_until = NULL, outcome = 'ambiguous', answer = 'no answer was noted'
        WHERE state = 'leased' AND lease_until <= ? AND attempts >= attempts_allowed
        """,
        (rows.time(now),),
    )


def _note(store: Store, alert: Alert, now: datetime) -> bool:
    changed = store.write(
        """
        INSERT INTO alerts (token, kind, subscription, channel, subject, body, not_before, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (token) DO NOTHING
        """,
        (
            alert.token,
            alert.kind,
            alert.subscription,
            alert.channel,
            alert.subject,
            alert.body,
            rows.time_or_none(alert.not_before),
            rows.time(now),
        ),
    )
    return changed > 0


def _deliveries(store: Store, ids: Sequence[int]) -> tuple[Delivery, ...]:
    found = store.query(
        """
        SELECT alerts.*, deliveries.id, deliveries.recipient, deliveries.attempts,
            (SELECT json_group_array(story) FROM (SELECT story FROM alert_stories WHERE alert = token ORDER BY n))
                AS stories
        FROM deliveries JOIN alerts ON token = alert
        WHERE deliveries.id IN (SELECT value FROM json_each(?)) ORDER BY deliveries.next_try, deliveries.id
        """,
        (rows.numbers(ids),),
    )
    return tuple(rows.delivery(row) for row in found)


def _after(result: DeliveryResult, attempts: int, allowed: int, now: datetime) -> tuple[DeliveryState, datetime]:
    if result.outcome is Outcome.ACCEPTED:
        return DeliveryState.SENT, now
    if result.outcome is Outcome.NEVER or attempts >= allowed:
        return DeliveryState.DEAD, now
    asked = timedelta(seconds=min(max(result.retry_after or 0.0, 0.0), _MOST_PATIENCE.total_seconds()))
    return DeliveryState.WAITING, now + max(asked, back_off(attempts))
