"""From the store to messages: the stories an alert is about, the digests that are due, what they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from prrwatch import digests, messages
from prrwatch.alert import Alert, Deliver, Message, Subscription
from prrwatch.digests import Coverage, Unread, Window
from prrwatch.people import cover, covered
from prrwatch.person import Names
from prrwatch.routing import matches
from scheduler.reminding import coming_up
from scheduler.silencing import audible, held
from scheduler.subscribing import RECENT
from scheduler.walk import Walk
from storage import health, muting, outbox, subscribers
from storage import stories as archive
from storage.handing import hidden_in
from storage.records import KeptBack
from storage.store import Store


def message_of(store: Store, alert: Alert, names: Names, view: str | None = None) -> Message:
    """The alert, rendered from what the store knows of its stories now, private names as `names` says.

    `view` is the address of the web view, None where nobody but this machine reaches it.
    """
    # Two that are one by now are shown once.
    found = {story.id: story for each in alert.stories if (story := archive.story(store, each))}.values()
    private = hidden_in(store, alert.stories, names)
    told = replace(alert, subject=cover(alert.subject, private), body=cover(alert.body, private))
    # Each story by itself: a returnee of one may bear the name of an official of another.
    return messages.render(told, [covered(each, hidden_in(store, [each.id], names)) for each in found], view=view)


def open_digests(walk: Walk, now: datetime) -> None:
    """Write every digest that is due into the outbox, once.

    A first digest is due at the first of its times after the subscription began, and looks back as far as the summary
    of a new subscription.
    """
    daily_or_weekly = [each for each in walk.settings.subscriptions if each.deliver is not Deliver.NOW]
    known = subscribers.known(walk.store) if daily_or_weekly else {}
    for subscription in daily_or_weekly:
        began = known[subscription.name].since
        last = outbox.last_digest(walk.store, subscription.name)
        if due := digests.due(subscription, last or began, now):
            # `not_before` keeps the end of the window: the next one begins there, not when this one was written.
            alert, kept_back = _digest(walk, subscription, Window(last or began - RECENT, due))
            addressed = walk.addressed([replace(alert, not_before=due)])
            muting.enqueue(walk.store, addressed, kept_back, now)


def _digest(walk: Walk, subscription: Subscription, window: Window) -> tuple[Alert, tuple[KeptBack, ...]]:
    """The digest of a window, and what mutes keep out of it."""
    start = window.start or window.end - RECENT
    ids = archive.stories_since(walk.store, start, window.end)
    found = [story for each in ids if (story := archive.story(walk.store, each)) and matches(subscription, story)]
    told, mutes = audible(found, muting.silence(walk.store, window.end))
    covered = health.coverage(walk.store, start, window.end)
    coverage = Coverage(
        read=len(covered.read),
        sources=len(covered.read) + len(covered.unread),
        unread=tuple(Unread(each.source, each.since) for each in covered.unread),
        seen=covered.seen,
        matched=len(told),
        near=covered.near,
        quiet=covered.quiet,
        muted=len(mutes),
    )
    whole = digests.digest_alert(subscription, found, coverage, window)
    digest = digests.digest_alert(subscription, told, coverage, window)
    ahead = coming_up(walk, subscription, digest.stories, window.end)
    return replace(digest, body=f"{digest.body}\n{ahead}" if ahead else digest.body), tuple(held(whole, mutes))
