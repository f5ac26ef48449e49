"""Subscriptions that are new to the store, or want something else than before.

Such a one is refused when it would flood its reader; else it begins with one summary of the recent stories that it
was not told of, and hears of each new one from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prrwatch import routing
from prrwatch.alert import Deliver, Subscription
from prrwatch.errors import Problem, SettingsError
from prrwatch.relevance import Ruleset
from prrwatch.settings import Settings
from prrwatch.story import Story
from scheduler import clock
from scheduler.silencing import unmuted
from scheduler.walk import Walk
from storage import muting, runs, subscribers
from storage import stories as archive
from storage.records import Subscriber
from storage.store import Store

#: How far back a new subscription looks: for its first summary or digest, and to judge how much it would send.
RECENT = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages of new stories a subscription would have got."""

    messages: int
    days: float
    busiest: int  #: on its busiest day (UTC)

    @property
    def a_day(self) -> float:
        """On the average."""
        return self.messages / self.days

    def exceeds(self, subscription: Subscription) -> bool:
        """Whether that is more than the subscription allows, and nobody forces it. A digest is one message."""
        limited = subscription.deliver is Deliver.NOW and not subscription.force
        return limited and self.a_day > subscription.max_per_day


def rate(store: Store, subscription: Subscription, now: datetime, span: timedelta = RECENT) -> Rate:
    """What the last days would have sent one by one. What was there before we watched is a summary and not counted.

    A store that is younger than `span` is judged by its own age, but no less than a day.
    """
    begun = runs.first(store) or now
    since = max(now - span, begun)
    found = _matching(store, subscription, archive.news_since(store, since, now))
    days = Counter(story.opened.date() for story in found)
    return Rate(len(found), max((now - since) / _DAY, 1.0), max(days.values(), default=0))


def welcome(walk: Walk) -> None:
    """Take up subscriptions that are new or changed.

    Raises `SettingsError` for those that would flood their readers; nothing is changed then.
    """
    now = min(walk.clock(), clock.now())  # a rehearsal of the future begins no subscription there
    known = subscribers.known(walk.store)
    newcomers = [
        each
        for each in walk.settings.subscriptions
        if each.name not in known or known[each.name].wants != routing.wants(each)
    ]
    _refuse_floods(walk, newcomers, now)
    for each in newcomers:
        _begin(walk, each, now)


def refuse_unknown_entities(settings: Settings, ruleset: Ruleset) -> None:
    """Raises `SettingsError` for an entity that the rules' inventory does not have: nothing would ever match."""
    known = {term.entity for term in ruleset.terms}
    problems = [
        Problem(settings.file, f"subscriptions.{each.name}.entities", f"the rules know no entity {entity!r}")
        for each in settings.subscriptions
        for entity in each.entities
        if entity not in known
    ]
    if problems:
        raise SettingsError(problems)


def _refuse_floods(walk: Walk, newcomers: Iterable[Subscription], now: datetime) -> None:
    rates = [(each, rate(walk.store, each, now)) for each in newcomers]
    problems = [
        Problem(
            walk.settings.file,
            f"subscriptions.{each.name}",
            f"would have sent {found.a_day:.1f} messages a day lately, more than max_per_day = {each.max_per_day}; "
            f'narrow it, let it deliver = "daily", or write force = true',
        )
        for each, found in rates
        if found.exceeds(each)
    ]
    if problems:
        raise SettingsError(problems)


def _begin(walk: Walk, subscription: Subscription, now: datetime) -> None:
    found = _untold(walk.store, subscription, now)
    summary = routing.welcome(subscription, found, now)
    told, kept = unmuted([summary], found, muting.silence(walk.store, now)) if summary else ((), ())
    newcomer = Subscriber(subscription.name, routing.wants(subscription), now)
    subscribers.welcome(walk.store, [newcomer], walk.addressed(told), kept, now)


def _untold(store: Store, subscription: Subscription, now: datetime) -> tuple[Story, ...]:
    """The recent stories that match and were not told; what waits for the summary of a new source comes with that."""
    waiting = set(archive.untold_baseline(store))
    ids = [each for each in archive.stories_since(store, now - RECENT, now) if each not in waiting]
    found = _matching(store, subscription, ids)
    return tuple(story for story in found if subscription.name not in archive.told(store, story.id))


def _matching(store: Store, subscription: Subscription, ids: Sequence[str]) -> tuple[Story, ...]:
    found = (story for each in ids if (story := archive.story(store, each)))
    return tuple(story for story in found if routing.matches(subscription, story))
