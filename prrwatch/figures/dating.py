"""As of when a claim holds, and whether it is a sum or one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from prrwatch import dates
from prrwatch.dates import reading
from prrwatch.document import Dated, Precision
from prrwatch.figures.lexicon import Language
from prrwatch.figures.record import Action, Measure
from prrwatch.phrases import Hit, Line

#: Not "from Syria on 2 March": there the date has a preposition of its own.
_DATE_BEHIND = re.compile(
    r"\s+(?:(?!(?:on|in|am|im|le|en|в)\s)[^\W\d_]+\s+){0,3}?(?:\d{1,2}\.?\s+)?(?:[^\W\d_]{3,12}\s+)?(?:19|20)\d\d(?!\d)",
)
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_NEAR = 40


def as_of(written: Line, words: Language, published: Dated | None) -> Dated | None:
    """The date that a sentence gives for its claim: "as of March 2024", "on 12 February", or "to date".

    What follows "since" is where a sum begins, not its day. "To date" is the day of publication, in the raw words.
    """
    begins = {written.words[hit.past - 1].end for hit in words.find("by", written, "since")}
    for found in _dates(written.text):
        before = written.text[: found.start].rstrip()
        if len(before) not in begins:
            return _dated(written.text[found.start : found.end], found, published)
    now = words.find("now", written)
    if not now or published is None:
        return None
    start, end = written.words[now[0].first].start, written.words[now[0].past - 1].end
    return replace(published, raw=written.text[start:end], origin="published")


def measure(told: Action, written: Line, words: Language) -> Measure:
    """A sum up to a day ("to date", "since 2019", "as of March") or one event."""
    summed = told is Action.REMAINING or words.find("now", written)
    dated = any(_is_at_date(written, hit, words) for hit in words.find("by", written))
    return Measure.STOCK if summed or dated else Measure.FLOW


def _dates(text: str) -> Iterator[reading.Found]:
    at = 0
    while found := reading.find(text[at:], "DMY"):
        yield replace(found, start=found.start + at, end=found.end + at)
        at += found.end


def _dated(raw: str, found: reading.Found, published: Dated | None) -> Dated | None:
    if found.year is not None:
        precision = Precision.DAY if found.day else Precision.MONTH
        return Dated(datetime(found.year, found.month, found.day or 1, tzinfo=UTC), precision, raw, "text")
    return dates.parse(raw, origin="text", order="DMY", seen=published.at) if published else None


def _is_at_date(written: Line, hit: Hit, words: Language) -> bool:
    """A year stands behind "as of" and "since"; before them, where the verb is last."""
    start, end = written.words[hit.first].start, written.words[hit.past - 1].end
    if _DATE_BEHIND.match(written.text[end : end + _NEAR]):
        return True
    return words.verb_last and bool(_YEAR.search(written.text[max(0, start - _NEAR) : start]))
