"""The dateline of a release: "Tashkent/New York/Vienna, May 8, 2024 -", "///UNRCCA, 28 November 2024"."""

from __future__ import annotations

import re
from datetime import datetime

from prrwatch.dates import parsing, reading
from prrwatch.document import Dated, Precision

_LINES = 12  #: a dateline leads a text or closes it
_REACH = 110  #: code points in which its date must begin
_SIGNED = re.compile(r"/{2,4}\s?[A-ZА-ЯЁ][^/\n]{1,80}$")
_CLOSED = re.compile(r"^\s?(?:г\.|год[ау]?|yil|йил|ж\.|жыл)?\s{0,2}(?:[-–—:|/(.)]|$)")
_SMALL = frozenset("and of the und et и ва va мен және de la al el by в".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W_]+(?:['’ʻ‘.-][^\W_]+)*")
#: A line that begins so tells of an event, or names something else than where and when it was written.
_NOT_A_PLACE = frozenset(
    [
        "on",
        "in",
        "by",
        "at",
        "from",
        "since",
        "until",
        "as",
        "after",
        "before",
        "during",
        "this",
        "last",
        "next",
        "the",
        "a",
        "an",
        "copyright",
        "updated",
        "modified",
        "в",
        "с",
        "по",
        "на",
        "до",
        "от",
        "к",
        "из",
        "после",
        "во",
        "со",
        "он",
        "она",
        "это",
        "am",
        "im",
        "ab",
        "bis",
        "le",
        "la",
        "les",
        "du",
        "au",
        "il",
        "este",
        "el",
    ]
)
_WEEKDAY = re.compile(
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day$|^(?:понедельник|вторник|среда|четверг|пятница|суббота|"
    r"воскресенье)$"
)


def dateline(text: str, languages: tuple[str, ...], seen: datetime, order: str | None = None) -> Dated | None:
    """The date of the dateline that leads the text or signs it, with origin `dateline`; None when there is none.

    A date alone on a line, "14 MAY 2024 | TASHKENT", is none: so stand the dates of events. Prose is none either:
    "On 27 November, over 40 representatives...".
    """
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()][:_LINES]
    for line in lines:
        dated = _leading(line, languages, seen, order)
        if dated:
            return dated
    tail = [line.strip() for line in text[-600:].splitlines() if line.strip()]
    return next(filter(None, (_signed(line, languages, seen, order) for line in reversed(tail))), None)


def _leading(line: str, languages: tuple[str, ...], seen: datetime, order: str | None) -> Dated | None:
    head = line[: _REACH + 60]
    found = reading.find(head, order, seen.date())
    if not found or found.start > _REACH or found.day is None:
        return _signed(line, languages, seen, order)
    before, after = head[: found.start], head[found.end :]
    if (
        not _names_a_place(before)
        or not _CLOSED.match(after)
        or (not line[found.end :].strip(" .г") and found.year is None)
    ):
        return _signed(line, languages, seen, order)
    return _parsed(line[: found.end], languages, seen, order)


def _signed(line: str, languages: tuple[str, ...], seen: datetime, order: str | None) -> Dated | None:
    match = _SIGNED.search(line[-120:])
    return _parsed(match[0], languages, seen, order) if match else None


def _parsed(raw: str, languages: tuple[str, ...], seen: datetime, order: str | None) -> Dated | None:
    dated = parsing.parse(raw, origin="dateline", languages=languages, order=order, seen=seen)
    return dated if dated and dated.precision not in {Precision.YEAR, Precision.MONTH} else None


def _names_a_place(before: str) -> bool:
    """Only names stand before the date: at least one, each capitalised, none of them a preposition."""
    names = _WORD.findall(before)
    if not names or len(names) > 14 or not re.search(r"[,./|:(–—-]\s*$", before.rstrip() + before[-1:]):
        return bool(names) and len(names) <= 6 and _all_names(names)
    return _all_names(names)


def _all_names(names: list[str]) -> bool:
    if names[0].casefold() in _NOT_A_PLACE or not names[0][0].isalpha():
        return False
    big = [name for name in names if name.casefold() not in _SMALL and not _WEEKDAY.match(name.casefold())]
    return bool(big) and all(name[0].isupper() or (not name[0].isascii() and not name[0].islower()) for name in big)
