"""Events that are to come, and who was told of their stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from prrwatch.alert import Alert, AlertKind
from prrwatch.events import Occasion
from prrwatch.reminders import Upcoming
from storage import rows
from storage.store import Store


def upcoming(store: Store, first: date, last: date) -> tuple[Upcoming, ...]:
    """The events, not cancelled, that begin from `first` to `last`, once for each story that somebody was told of."""
    found = store.query(
        """
        SELECT occasions.*, event_stories.story, events.announced_url
        FROM occasions
        JOIN events ON events.event = occasions.id
        JOIN event_stories ON event_stories.event = occasions.id
        WHERE occasions.start BETWEEN ? AND ? AND occasions.status <> 'cancelled'
        ORDER BY occasions.start, occasions.id, event_stories.story
        """,
        (first.isoformat(), last.isoformat()),
    )
    if not found:
        return ()
    told = _told(store, {row["story"] for row in found})
    return tuple(
        Upcoming(rows.occasion(row), row["story"], told[row["story"]], row["announced_url"])
        for row in found
        if row["story"] in told
    )


def to_come(store: Store, first: date, last: date) -> tuple[Occasion, ...]:
    """The events, not cancelled, that relevant documents tell of and that begin from `first` to `last`."""
    found = store.query(
        """
        SELECT occasions.* FROM occasions JOIN events ON events.event = occasions.id
        WHERE occasions.start BETWEEN ? AND ? AND occasions.status <> 'cancelled' ORDER BY occasions.start, id
        """,
        (first.isoformat(), last.isoformat()),
    )
    return tuple(rows.occasion(row) for row in found)


def of_stories(store: Store, stories: Iterable[str], days: tuple[date, date]) -> tuple[Occasion, ...]:
    """The events, not cancelled, that stories tell of and that begin in these days, the first and the last included."""
    found = store.query(
        """
        SELECT * FROM occasions
        WHERE id IN (SELECT event FROM event_stories WHERE story IN (SELECT value FROM json_each(?)))
            AND status <> 'cancelled' AND start BETWEEN ? AND ? ORDER BY start, id
        """,
        (rows.listed(stories), *(day.isoformat() for day in days)),
    )
    return tuple(rows.occasion(row) for row in found)


def untold(store: Store, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Those that are neither in the outbox nor kept back by a mute."""
    wanted = {alert.token: alert for alert in alerts}
    tokens = rows.listed(wanted)
    known = store.query(
        """
        SELECT token FROM alerts WHERE token IN (SELECT value FROM json_each(:tokens))
        UNION SELECT alert FROM kept_back WHERE alert IN (SELECT value FROM json_each(:tokens))
        """,
        {"tokens": tokens},
    )
    return tuple(alert for token, alert in wanted.items() if token not in {row["token"] for row in known})


def _told(store: Store, stories: Iterable[str]) -> dict[str, dict[str, datetime]]:
    found = store.query(
        """
        SELECT coalesce(stories.merged_into, stories.id) AS story, subscription, max(alerts.created) AS at
        FROM json_each(:stories) AS wanted
        JOIN stories ON stories.id = wanted.value OR stories.merged_into = wanted.value
        JOIN alert_stories ON alert_stories.story = stories.id
        JOIN alerts ON alerts.token = alert
        WHERE alerts.kind <> :reminder GROUP BY 1, subscription
        """,
        {"stories": rows.listed(stories), "reminder": AlertKind.REMINDER},
    )
    told: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in found:
        told[row["story"]][row["subscription"]] = rows.at(row["at"])
    return told
