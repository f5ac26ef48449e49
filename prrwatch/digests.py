"""Digests: when one is due, and what stands in it. Pure; the clock is an argument.

What is due comes from the instant of the last digest alone. Nothing is remembered between two looks, so a daemon that
was down at digest time sends one digest when it is back, and a clock that was set back sends none twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prrwatch.alert import Alert, AlertKind, Deliver, Subscription
from prrwatch.routing import token
from prrwatch.story import Story

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Days to look back for the latest due instant: a week, and one for zones that left a day out (Samoa, 2011-12-30).
_LOOK_BACK = 9
_MOST_UNREAD = 25


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that could not be read, and since when; None = never read."""

    source: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a digest rests on: how many of the enabled sources were read, and what was seen in its window."""

    read: int
    sources: int
    unread: tuple[Unread, ...]
    seen: int  #: items seen
    matched: int  #: stories that matched the subscription and are told
    near: int = 0  #: documents just below the line
    quiet: tuple[str, ...] = ()  #: sources that are read well but silent for longer than usual
    muted: int = 0  #: stories that matched and are muted

    @property
    def line(self) -> str:
        """`Coverage: read 5 of 6 sources; unread: ID since TIME; 123 items seen; 3 matched.`, on one line."""
        named = [f"{each.source} since {_instant(each.since)}" for each in self.unread[:_MOST_UNREAD]]
        if len(self.unread) > _MOST_UNREAD:
            named.append(f"and {len(self.unread) - _MOST_UNREAD} more")
        return (
            f"Coverage: read {self.read} of {self.sources} sources; unread: {', '.join(named) or 'none'}; "
            f"{self.seen} items seen; {self.matched} matched."
        )

    @property
    def lines(self) -> str:
        """The coverage line, then what there is of near misses, quiet sources and muted stories, a line each."""
        more = []
        if self.near:
            more.append(f"Near misses: {self.near}, not told; the view near_misses of the store lists them.")
        if self.quiet:
            more.append(f"Quiet for longer than usual: {', '.join(self.quiet[:_MOST_UNREAD])}.")
        if self.muted:
            more.append(f"Muted: {self.muted} not told; `prrwatch alerts mutes` says why.")
        return "\n".join([self.line, *more])


@dataclass(frozen=True, slots=True)
class Window:
    """The time a digest covers: after `start` (None = from the beginning) up to and with `end`, its due instant."""

    start: datetime | None
    end: datetime


def due(subscription: Subscription, last: datetime | None, now: datetime) -> datetime | None:
    """The latest due instant that no digest has covered yet, in UTC; None when there is none.

    `last` is the due instant of the last digest (or any time after it); for a subscription without one, pass the time
    it was first seen, and the next due instant will be its first; None makes the latest past one due at once.

    A local time that a change of clocks leaves out counts as the same offset later (02:30 becomes 03:30, PEP 495), one
    that comes twice counts the first time: one digest a day, none missed, none doubled. Several missed ones are one.
    """
    if subscription.deliver is Deliver.NOW:
        return None
    latest = max((instant for instant in _instants(subscription, now) if instant <= now), default=None)
    return latest if latest is not None and (last is None or latest > last) else None


def digest_alert(subscription: Subscription, stories: Sequence[Story], coverage: Coverage, window: Window) -> Alert:
    """The digest of one window; sent also when nothing matched ("All quiet"). The same window gives the same token."""
    local = window.end.astimezone(ZoneInfo(subscription.timezone))
    rhythm = "Weekly" if subscription.deliver is Deliver.WEEKLY else "Daily"
    count = f"{len(stories)} {'story' if len(stories) == 1 else 'stories'}" if stories else "all quiet"
    return Alert(
        token=token("digest", subscription.name, window.end.astimezone(UTC).isoformat()),
        kind=AlertKind.DIGEST,
        subscription=subscription.name,
        channel=subscription.channel,
        stories=tuple(story.id for story in stories),
        subject=f"{rhythm} digest, {local.day} {local:%B %Y}: {count}",
        body=coverage.lines,
    )


def _instants(subscription: Subscription, now: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(subscription.timezone)
    *day, clock = (subscription.at or "").split()
    hour, minute = (int(part) for part in clock.split(":"))
    today = now.astimezone(zone).date()
    for back in range(-1, _LOOK_BACK):
        each = today - timedelta(days=back)
        if not day or each.weekday() == _WEEKDAYS.index(day[0]):
            yield _at(each, time(hour, minute), zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _instant(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") if moment is not None else "the start"
