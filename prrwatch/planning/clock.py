"""Time as the planner reckons it: hours since Monday 1970-01-05 00:00 UTC; the hour of the week is a remainder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_HOUR = timedelta(hours=1)

#: Hours.
DAY = 24.0
WEEK = 168.0

#: A day is learned in quarters of an hour: fine enough to show a timer, coarse enough for few data.
SLOTS = 96
SLOT = DAY / SLOTS


def hours(at: datetime) -> float:
    """Hours since the Monday; `at` is aware."""
    return (at - _MONDAY) / _HOUR


def moment(at: float) -> datetime:
    """The inverse of `hours`, to the microsecond, in UTC."""
    return _MONDAY + timedelta(hours=at)


def slot(at: float) -> int:
    """Which quarter of the UTC day, 0 to 95."""
    return int(at % DAY / SLOT) % SLOTS


def weekday(at: float) -> int:
    """0 is Monday."""
    return int(at % WEEK / DAY) % 7
