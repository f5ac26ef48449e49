"""How the days of two documents lie to each other: those that they tell of, those on which they came out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from prrwatch.stories.days import apart
from prrwatch.stories.record import Day, Fingerprint

_NEWS = timedelta(days=14)  #: what comes out later recalls older news
_DAYS_OF_REPORTS = 3
_DAYS_AROUND = 10
_DAYS_TOGETHER = 2
_DAYS_CLOSE = 3


class When(StrEnum):
    """How the days of two documents lie to each other."""

    SAME = "same day"
    MENTIONED = "day mentioned"  #: the day of one stands in the other, as that of something else
    NEXT = "next day"
    CLOSE = "a few days off"  #: one of the two may be a day of publication
    WEEK = "some days off"
    OTHER = "other day"
    REPORTED = "published then"  #: one names no day and was published in the days after
    AROUND = "published around then"
    ELSEWHEN = "published at another time"
    TOGETHER = "published together"  #: neither names a day
    UNKNOWN = "unknown"


def when(one: Fingerprint, other: Fingerprint) -> When:
    """How the days of two documents lie to each other."""
    if one.main and other.main:
        return _named(one, other)
    if one.main or other.main:
        return _reported(one.main or other.main, other.published if one.main else one.published)
    if one.published and other.published:
        days = abs((date.fromisoformat(one.published) - date.fromisoformat(other.published)).days)
        return When.TOGETHER if days <= _DAYS_TOGETHER else When.AROUND if days <= _DAYS_AROUND else When.ELSEWHEN
    return When.UNKNOWN


def _named(one: Fingerprint, other: Fingerprint) -> When:
    days = gap(one.main, other.main)
    if days in (0, 1):
        return When.NEXT if days else When.SAME
    if 0 in (gap(one.main, other.days), gap(one.days, other.main)):
        return When.MENTIONED
    return When.OTHER if days is None or days > _DAYS_AROUND else When.WEEK if days > _DAYS_CLOSE else When.CLOSE


def is_recalled(day: Day, one: Fingerprint, other: Fingerprint) -> bool:
    """Whether one of two reports came out so long after the day, and after the other, that it recalls older news."""
    out = [date.fromisoformat(each.published) for each in (one, other) if each.published]
    held = _calendar(day, out[0].year) if out else None
    return len(out) > 1 and held is not None and min(out) >= held and max(out) - min(out) > _NEWS


def _reported(main: Iterable[Day], published: str | None) -> When:
    """The report of a day comes out on it or soon after; an announcement some time before."""
    if published is None:
        return When.UNKNOWN
    out = date.fromisoformat(published)
    late = min(((out - made).days for day in main if (made := _calendar(day, out.year))), key=abs, default=None)
    if late is None:
        return When.UNKNOWN
    if 0 <= late <= _DAYS_OF_REPORTS:
        return When.REPORTED
    return When.AROUND if abs(late) <= _DAYS_AROUND else When.ELSEWHEN


def gap(some: Iterable[Day], others: Iterable[Day]) -> int | None:
    """The fewest days between a day of the one and a day of the other; None where no two can be compared."""
    others = tuple(others)
    return min((days for day in some for each in others if (days := apart(day, each)) is not None), default=None)


def _calendar(day: Day, year: int) -> date | None:
    try:
        return date(day.year or year, day.month, day.day)
    except ValueError:
        return None
