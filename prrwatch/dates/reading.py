"""Finds a date in words as people and machines write it, and says honestly how exact it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from prrwatch.dates import words

EARLIEST_YEAR = 1990  #: the web has nothing older of its own; an earlier year is a subject, not a publication

_ISO = re.compile(r"(?<![\d.,])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
#: A time stamp as machines write it (RFC 3339); no other reading finds more in it.
_STAMP = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
_BASIC = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?=T|\D|$)")
_DMY = re.compile(r"(?<![\d.,/:-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d])(?!\2\d)")
#: "Wed Nov 27 10:30:05 UTC 2024": as C's ctime and some microblogs write it.
_YEAR_BEHIND_TIME = re.compile(r",?\s\d{1,2}:\d\d(?::\d\d)?(?:\s[A-Z]{2,4}|\s[+-]\d{4})?,?\s((?:19[9]|20\d)\d)(?!\d)")
_TOKEN = re.compile(words.TWO_WORDS + r"|\d+|[^\W\d_]+|\S")
_DIGIT = re.compile(r"\d")
#: What may stand behind a year of two digits: a word for "year", or what leads to a time of day.
_AFTER_A_YEAR = frozenset("г год года году йил yil ж жыл жылы сол at в um à soat соат gmt utc".split())  # noqa: SIM905
_MARKS_AFTER_A_YEAR = frozenset(".,;)]|/-–—")
_REACH = 5  #: tokens that may stand between two parts of one date


@dataclass(frozen=True, slots=True)
class Found:
    """A date where it stands in a text. `year` None: not written; `day` None: only the month is."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


def find(text: str, order: str | None = None, latest: date | None = None) -> Found | None:
    """The first date in the text.

    `order` (DMY, MDY, YMD) decides what 5/6/2024 means; without it only what cannot be otherwise is read: a day above
    12, dots (nobody writes month-first with dots), or the one reading that is not after `latest`.
    """
    if not _DIGIT.search(text):
        return None
    if _STAMP.fullmatch(text) and (stamp := _iso(text)):
        return stamp
    readings = (_iso(text), _basic(text), _numeric(text, order, latest), _named(text))
    return min((found for found in readings if found), key=lambda found: (found.start, -found.end), default=None)


def _iso(text: str) -> Found | None:
    for match in _ISO.finditer(text):
        if made := _made(match, match[1], match[3], match[4]):
            return made
    return None


def _basic(text: str) -> Found | None:
    match = _BASIC.search(text)
    return _made(match, match[1], match[2], match[3]) if match else None


def _numeric(text: str, order: str | None, latest: date | None) -> Found | None:
    for match in _DMY.finditer(text):
        if match[2] == "-" and len(match[4]) == 2:
            continue
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        if len(match[4]) == 2 and latest and int(year) > latest.year:
            continue
        day_first = _made(match, year, match[3], match[1])
        month_first = _made(match, year, match[1], match[3])
        found = _chosen(day_first, month_first, _order(match[2], order), latest)
        if found:
            return found
    return None


def _order(separator: str, order: str | None) -> str | None:
    if order in {"DMY", "MDY"}:
        return order
    return "DMY" if separator == "." else None


def _chosen(day_first: Found | None, month_first: Found | None, order: str | None, latest: date | None) -> Found | None:
    if not (day_first and month_first) or (day_first.month, day_first.day) == (month_first.month, month_first.day):
        return day_first or month_first
    if order:
        return day_first if order == "DMY" else month_first
    past = [found for found in (day_first, month_first) if latest is None or _date(found) <= latest]
    return past[0] if len(past) == 1 else None


def _date(found: Found) -> date:
    return date(found.year or EARLIEST_YEAR, found.month, found.day or 1)


def _named(text: str) -> Found | None:
    tokens = [_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    for at, token in enumerate(tokens):
        number = words.month(token.word) if len(token.word) > 1 else None
        found = _around(tokens, at, number) if number else None
        if found:
            late = _YEAR_BEHIND_TIME.match(text, found.end) if found.year is None else None
            return replace(found, year=int(late[1])) if late else found
    return None


def _around(tokens: list[_Token], at: int, month: int) -> Found | None:
    """The date whose month stands at `at`: 27 November 2024; November 27, 2024; 2024 йил 27 ноябрь; November 2024."""
    left, right = _number(tokens, at, -1), _number(tokens, at, 1)
    if left is not None and _is_day(tokens[left]):
        year = right if right is not None and _is_year(tokens, right, at) else _year_before(tokens, left)
        return _built(tokens, (left, at, year), year, month, left)
    year_left = left if left is not None and _is_year(tokens, left, at) else None
    if right is not None and _is_day(tokens[right]):
        after = _number(tokens, right, 1)
        year = (
            year_left
            if year_left is not None
            else after
            if after is not None and _is_year(tokens, after, right)
            else None
        )
        return _built(tokens, (right, at, year), year, month, right)
    year = year_left if year_left is not None else right if right is not None and _is_year(tokens, right, at) else None
    return _built(tokens, (at, year), year, month, None) if year is not None else None


def _year_before(tokens: list[_Token], day: int) -> int | None:
    before = _number(tokens, day, -1)
    return before if before is not None and len(tokens[before].word) == 4 and _is_year(tokens, before, day) else None


def _built(
    tokens: list[_Token], used: tuple[int | None, ...], year: int | None, month: int, day: int | None
) -> Found | None:
    places = [place for place in used if place is not None]
    first, last = tokens[min(places)], tokens[max(places)]
    number = None if year is None else int(tokens[year].word)
    full = number if number is None or number > 99 else number + (1900 if number >= EARLIEST_YEAR % 100 else 2000)
    number_of_day = None if day is None else int(tokens[day].word)
    if not _exists(full, month, number_of_day):
        return None
    return Found(first.start, last.end, full, month, number_of_day)


def _number(tokens: list[_Token], at: int, step: int) -> int | None:
    """The next number in that direction with nothing but fillers between."""
    for place in range(at + step, at + step * (_REACH + 1), step):
        if not 0 <= place < len(tokens):
            return None
        word = tokens[place].word
        if word.isdecimal():
            return place
        if word.casefold() not in words.FILLERS:
            return None
    return None


def _is_day(token: _Token) -> bool:
    return len(token.word) <= 2 and 1 <= int(token.word) <= 31


def _is_year(tokens: list[_Token], place: int, beside: int) -> bool:
    """Four digits, or two that stand right beside the month and are neither an hour nor a count of something."""
    word = tokens[place].word
    if len(word) == 4:
        return EARLIEST_YEAR <= int(word) < 2100
    if len(word) != 2 or int(word) == 0 or not _ends_a_date(tokens, place):
        return False
    return place == beside + 1 or (place == beside + 2 and _is_joined(tokens[beside : place + 1]))


def _is_joined(tokens: list[_Token]) -> bool:
    """27-Nov-24: nothing but one hyphen between month and year. "September 15-17" are days."""
    return (
        tokens[0].word.isalpha()
        and tokens[1].word == "-"
        and tokens[0].end == tokens[1].start
        and tokens[1].end == tokens[2].start
    )


def _ends_a_date(tokens: list[_Token], place: int) -> bool:
    """Whether a number is the last of a date: "5 May 12 women", "38-летний", "12.5 million" and "12:30" go on."""
    after = tokens[place + 1 : place + 3]
    if not after:
        return True
    mark = after[0]
    apart = mark.start > tokens[place].end
    if mark.word.isdecimal():
        return len(after) > 1 and after[1].word == ":"  # a time of day
    if mark.word.isalpha():
        return apart and mark.word.casefold() in _AFTER_A_YEAR
    touching = len(after) > 1 and after[1].start == mark.end
    return mark.word in _MARKS_AFTER_A_YEAR and (apart or not touching)


def _made(match: re.Match[str], year: str, month: str, day: str) -> Found | None:
    if not _exists(int(year), int(month), int(day)):
        return None
    return Found(match.start(), match.end(), int(year), int(month), int(day))


def _exists(year: int | None, month: int, day: int | None) -> bool:
    if year is not None and not EARLIEST_YEAR <= year < 2100:
        return False
    try:
        date(
            2000 if year is None else year, month, day or 1
        )  # 2000 is a leap year: 29 February may stand without its year
    except ValueError:
        return False
    return True
