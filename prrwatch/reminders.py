"""Reminders: whom to tell, and when, that an event of a story that they know is near. Pure; the clock is an argument.

What is due comes from the event, the subscription and the last message about the story alone, and the token from event,
day and subscription: deciding twice tells once, a moved event is told anew, one that was missed while we were down is
told late but never after its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prrwatch.alert import Alert, AlertKind, Deliver, Subscription
from prrwatch.events import Occasion, Status
from prrwatch.hygiene import one_line
from prrwatch.routing import token

#: When people read: a reminder comes at the first such hour, in the subscription's time zone.
_HOUR = time(8)
#: Who has just heard of the story needs no reminder yet.
_FRESH = timedelta(hours=12)
_LAST_ZONE = timedelta(hours=12)  #: UTC-12, the last zone in which it is still the same day
_NAME = 200
_MOST_LINES = 20
_TO_COME = frozenset({Status.ANNOUNCED, Status.MOVED})


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An event that has not taken place, a story that tells of it, and when each subscription last heard of that."""

    occasion: Occasion
    story: str
    told: Mapping[str, datetime]  #: by subscription: its last message about the story that was no reminder
    url: str | None = None  #: of the document that announced it


def due(upcoming: Sequence[Upcoming], subscriptions: Iterable[Subscription], now: datetime) -> tuple[Alert, ...]:
    """The reminders that are due at `now`, one for each event and subscription, whatever number of stories tell of it.

    To those who hear of stories at once (`deliver = "now"`) and were told of this one; a digest lists what is coming
    up instead (`lines`).
    """
    listeners = [each for each in subscriptions if each.deliver is Deliver.NOW]
    ordered = sorted(upcoming, key=lambda each: each.story)
    alerts = [alert for each in ordered for to in listeners if (alert := _reminder(each, to, now))]
    by_token = {alert.token: alert for alert in reversed(alerts)}
    return tuple(reversed(by_token.values()))


def instant(subscription: Subscription, start: date, told: datetime) -> datetime | None:
    """When a subscription that last heard of the story at `told` is reminded, in UTC; None when that is not needed.

    At eight in the morning, local time, `remind_days` before the event, or on the first later morning that is half a
    day after it heard of the story; the last one is that of the day itself.
    """
    if not subscription.remind_days:
        return None
    zone = ZoneInfo(subscription.timezone)
    days = (start - timedelta(days=back) for back in range(subscription.remind_days, -1, -1))
    mornings = (datetime.combine(day, _HOUR, zone).astimezone(UTC) for day in days)
    return next((morning for morning in mornings if morning >= told + _FRESH), None)


def stands(reminder: Alert, to_come: Iterable[Occasion], now: datetime) -> bool:
    """Whether what a reminder says is still so: its event, among those `to_come`, is to take place, on that day.

    It may have waited long for a mail server that was away. The day of the event ends where it ends last on Earth.
    """
    return any(
        event.start is not None
        and event.status in _TO_COME
        and event.start >= (now - _LAST_ZONE).date()
        and _token(event, event.start, reminder.subscription) == reminder.token
        for event in to_come
    )


def lines(upcoming: Sequence[Occasion]) -> Iterator[str]:
    """What is coming up, a line each, the next first, for digests."""
    listed = sorted((each for each in upcoming if each.start), key=lambda each: (each.start or date.max, each.id))
    yield from (f"Coming up: {_account(each)}" for each in listed[:_MOST_LINES])
    if len(listed) > _MOST_LINES:
        yield f"and {len(listed) - _MOST_LINES} more; `prrwatch export events` lists all."


def _reminder(upcoming: Upcoming, subscription: Subscription, now: datetime) -> Alert | None:
    event, told = upcoming.occasion, upcoming.told.get(subscription.name)
    if event.start is None or event.status not in _TO_COME or told is None:
        return None
    due_at = instant(subscription, event.start, told)
    if due_at is None or not due_at <= now or now.astimezone(ZoneInfo(subscription.timezone)).date() > event.start:
        return None
    return Alert(
        token=_token(event, event.start, subscription.name),
        kind=AlertKind.REMINDER,
        subscription=subscription.name,
        channel=subscription.channel,
        stories=(upcoming.story,),
        subject=f"{_day(event.start)}: {one_line(event.name, _NAME)}",
        body="\n".join(_body(upcoming)),
    )


def _token(event: Occasion, start: date, subscription: str) -> str:
    return token(AlertKind.REMINDER, event.id, start.isoformat(), subscription)


def _body(upcoming: Upcoming) -> Iterator[str]:
    event = upcoming.occasion
    yield _account(event)
    if event.first_start:
        yield f"Moved: it was announced for {_day(event.first_start)}."
    if event.organisers:
        yield f"Organised by {one_line('; '.join(event.organisers), 500)}."
    if upcoming.url:
        yield f"Announced at {one_line(upcoming.url, 2000)}"


def _account(event: Occasion) -> str:
    span = " to ".join(_day(day) for day in (event.start, event.end) if day)
    where = f", {one_line(event.place, _NAME)}" if event.place else ""
    return f"{span}{where}: {one_line(event.name, _NAME)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
