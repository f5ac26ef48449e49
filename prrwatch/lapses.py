"""Passes that did not come when they were due, and whether the walk as a whole is up to date. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from prrwatch.health import PassHistory
from prrwatch.source import Source

#: A source may be late by its own interval, and at least by this much, before the walk is called behind.
_GRACE = timedelta(minutes=10)


class LapseKind(StrEnum):
    """What went wrong with passes in time."""

    MISSED = "missed"  #: nobody began them
    OVERLAPPED = "overlapped"  #: the one before had not ended


@dataclass(frozen=True, slots=True)
class Lapse:
    """`passes` over `source` that were due from `since` on and did not begin until `until`."""

    source: str
    kind: LapseKind
    since: datetime
    until: datetime
    passes: int


def lapse(kind: LapseKind, source: Source, history: PassHistory, now: datetime) -> Lapse | None:
    """The passes that were due before `now` and had not begun; None when it is on time by its own interval."""
    due = history.due
    if due is None or history.last_started is None or now - due < source.every:
        return None
    return Lapse(source.id, kind, due, now, int((now - due) / source.every))


def lag(sources: Iterable[Source], histories: Mapping[str, PassHistory], now: datetime) -> timedelta:
    """How late the latest of the enabled sources is; zero when none is."""
    dues = (histories[each.id].due for each in sources if each.enabled and each.id in histories)
    return max((now - due for due in dues if due is not None and due < now), default=timedelta(0))


def complete(sources: Iterable[Source], histories: Mapping[str, PassHistory], now: datetime) -> bool:
    """Whether the walk is up to date: every enabled source was read, none is late by more than its own interval.

    A source that failed was read as well as it goes; that is its own notice, not a silence of ours.
    """
    enabled = [each for each in sources if each.enabled]
    return bool(enabled) and all(_up_to_date(each, histories.get(each.id), now) for each in enabled)


def _up_to_date(source: Source, history: PassHistory | None, now: datetime) -> bool:
    if history is None or history.due is None or history.last_started is None:
        return False
    return now - history.due <= max(source.every, _GRACE)
