"""Time as the planner reckons it: hours since Monday 1970-01-05 00:00 UTC; the hour of the week is a remainder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_HOUR = timedelta(hours=1)

#: Hours.
DAY = 24.0
WEEK = 168.0

#: A day is learned in steps of five minutes: a timer is kept to within minutes.
SLOTS = 288
SLOT = DAY / SLOTS
#: Hours: decades as a float are exact to a tenth of a millisecond.
_ROUNDING = 1e-6


def hours(at: datetime) -> float:
    """Hours since the Monday; `at` is aware."""
    return (at - _MONDAY) / _HOUR


def moment(at: float) -> datetime:
    """The inverse of `hours`, to the microsecond, in UTC."""
    return _MONDAY + timedelta(hours=at)


def slot(at: float) -> int:
    """Which five minutes of the UTC day, 0 to 287; their first instant belongs to them, rounded or not."""
    return int((at % DAY + _ROUNDING) * SLOTS / DAY) % SLOTS


def weekday(at: float) -> int:
    """0 is Monday."""
    return int(at % WEEK / DAY) % 7
