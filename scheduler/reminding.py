"""From upcoming events to the outbox: reminders, each once, and what a digest says is coming up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from prrwatch import reminders
from prrwatch.alert import Alert, AlertKind, Deliver, Subscription
from prrwatch.people import covered_event
from scheduler.silencing import unmuted
from scheduler.walk import Walk
from storage import muting, upcoming
from storage import stories as archive
from storage.handing import hidden_in
from storage.store import Store

_DAY = timedelta(days=1)  #: the date line: today is not one day everywhere
#: How far ahead a digest looks: two of the rarest ones.
_AHEAD = timedelta(days=14)
#: No subscription is reminded earlier (`prrwatch.settings`).
_EARLIEST = timedelta(days=60)


def open_reminders(walk: Walk, now: datetime) -> None:
    """Write every reminder that is due into the outbox, once; those of muted stories are noted as kept back."""
    listeners = [each for each in walk.settings.subscriptions if each.deliver is Deliver.NOW and each.remind_days]
    if not listeners:
        return
    farthest = max(each.remind_days for each in listeners) * _DAY
    known = upcoming.upcoming(walk.store, (now - _DAY).date(), (now + farthest + _DAY).date())
    due = upcoming.untold(walk.store, reminders.due(known, listeners, now))
    if not due:
        return
    found = [story for each in {alert.stories[0] for alert in due} if (story := archive.story(walk.store, each))]
    told, kept_back = unmuted(due, found, muting.silence(walk.store, now))
    muting.enqueue(walk.store, walk.addressed(told), kept_back, now)


def is_out_of_date(store: Store, alert: Alert, now: datetime) -> bool:
    """Whether it reminds of an event that meanwhile was cancelled, moved, held or taken back, or whose day is over."""
    if alert.kind is not AlertKind.REMINDER:
        return False
    to_come = upcoming.to_come(store, (now - _DAY).date(), (now + _EARLIEST + _DAY).date())
    return not reminders.stands(alert, to_come, now)


def coming_up(walk: Walk, subscription: Subscription, told: Iterable[str], now: datetime) -> str:
    """What is coming up in stories that the subscription knows or is about to be `told` of, a line each.

    Stories that are muted are left out, and private names covered.
    """
    known = upcoming.upcoming(walk.store, now.date(), (now + _AHEAD).date())
    stories = {*told, *(each.story for each in known if subscription.name in each.told)}
    silence = muting.silence(walk.store, now)
    audible = [each for each in stories if (story := archive.story(walk.store, each)) and not silence.over(story)]
    private = hidden_in(walk.store, audible, walk.settings.names)
    found = upcoming.of_stories(walk.store, audible, (now.date(), (now + _AHEAD).date()))
    return "\n".join(reminders.lines([covered_event(each, private) for each in found]))
