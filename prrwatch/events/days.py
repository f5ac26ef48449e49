"""Days and spans of days in a sentence: 14 May; 15 to 17 September 2021; с 15 по 17 сентября; 30 May - 2 June."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from prrwatch.dates import reading, words
from prrwatch.document import Dated, Precision

_FIRST_DAY = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:\.|-?[^\W\d_]{1,3})?\s*(?:-|–|—|\bto\b|\band\b|\bпо\b|\bи\b|\bbis\b|\bund\b|\bau\b|\bet\b|\bdan\b|\bдан\b|\bva\b|\bва\b)\s*$"
)
_LAST_DAY = re.compile(r"\s*(?:-|–|—|to|and|through)\s*(\d{1,2})(?!\d|\s*[:%])(?:\s*,?\s*((?:19|20)\d\d))?")
_UP_TO = re.compile(r"\s*(?:-|–|—|to|until|till|through|по|до|bis|au|dan|дан)?\s*(?:zum|the)?\s*")
_DAY_WORD = re.compile(r"[^\W\d_][\w'’]*")


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days as written; a lone day is both first and last. `year` None: not written."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    last_month: int
    last_day: int

    @property
    def is_one(self) -> bool:
        """Whether it is a single day."""
        return (self.month, self.day) == (self.last_month, self.last_day)


def spans(text: str, published: Dated | None) -> list[Days]:
    """The days that a sentence names, spans taken together, in order; "today" only where it is known when that was."""
    found = [_widened(text, each) for each in _written(text)]
    merged: list[Days] = []
    for days in found:
        last = merged[-1] if merged else None
        between = text[last.end : days.start] if last else ""
        if last and last.is_one and days.is_one and between.strip() and _UP_TO.fullmatch(between):
            year = days.year or last.year
            merged[-1] = replace(last, end=days.end, year=year, last_month=days.month, last_day=days.day)
        else:
            merged.append(days)
    return merged or list(_told_by_word(text, published))


def _written(text: str) -> Iterator[reading.Found]:
    at = 0
    while found := reading.find(text[at:], "DMY"):
        if found.day is not None:
            yield replace(found, start=found.start + at, end=found.end + at)
        at += found.end


def _widened(text: str, found: reading.Found) -> Days:
    """With the first day in front of it ("15 to 17 September"), or the last behind it ("September 15-17, 2021")."""
    day = found.day or 1
    days = Days(found.start, found.end, found.year, found.month, day, found.month, day)
    before = _FIRST_DAY.search(text[max(0, found.start - 14) : found.start])
    if before and 0 < int(before[1]) < day and text[found.start].isdecimal():
        return replace(days, start=found.start - len(before[0]), day=int(before[1]))
    after = _LAST_DAY.match(text, found.end)
    if after and not text[found.start].isdecimal() and day < int(after[1]) <= 31:
        year = int(after[2]) if after[2] else found.year
        return replace(days, end=after.end(), year=year, last_day=int(after[1]))
    return days


def _told_by_word(text: str, published: Dated | None) -> Iterator[Days]:
    """Today and yesterday, counted from the day of publication."""
    if published is None or published.precision in {Precision.YEAR, Precision.MONTH}:
        return
    for match in _DAY_WORD.finditer(text):
        ago = words.DAY_WORDS.get(match[0].casefold())
        if ago is not None:
            day = published.at.date() - timedelta(days=ago)
            yield Days(match.start(), match.end(), day.year, day.month, day.day, day.month, day.day)
            return


def dated(days: Days, text: str, anchor: Dated | None, fetched: datetime | None) -> tuple[Dated | None, Dated | None]:
    """First and last day as `Dated`; a missing year is the one nearest to publication, else to when it was seen."""
    raw = text[days.start : days.end]
    near = anchor.at.date() if anchor else fetched.date() if fetched else None
    origin = "text" if days.year else "text+published" if anchor else "text+sighting"
    first = _day(days.year, days.month, days.day, near)
    if first is None:
        return None, None
    # A span that ends in an earlier month goes over New Year.
    last = _day(first.year + (days.last_month < days.month), days.last_month, days.last_day, near)
    ends = None if days.is_one or last is None else Dated(_instant(last), Precision.DAY, raw, origin)
    return Dated(_instant(first), Precision.DAY, raw, origin), ends


def _day(year: int | None, month: int, day: int, near: date | None) -> date | None:
    if year is not None:
        return _made(year, month, day)
    if near is None:
        return None
    possible = [_made(each, month, day) for each in (near.year - 1, near.year, near.year + 1)]
    return min((each for each in possible if each), key=lambda each: abs(each - near), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
