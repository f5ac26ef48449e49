"""From upcoming events to the outbox: reminders, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

from prrwatch import reminders
from prrwatch.alert import Deliver
from scheduler.silencing import unmuted
from scheduler.walk import Walk
from storage import muting, upcoming
from storage import stories as archive

_DAY = timedelta(days=1)  #: the date line: today is not one day everywhere


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
