"""dateparser as the last resort: for languages that our own tables do not hold, never for guesses."""

from __future__ import annotations

import importlib
import re
from datetime import UTC, date, datetime, time
from typing import Any

from prrwatch.document import Dated, Precision

_LIMIT = 60
_KNOWN = frozenset("en ru uz kk ky tg tk fr de ar tr".split())  # noqa: SIM905 - our own tables hold these
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HAS_WORD = re.compile(r"[^\W\d_]{3}")


def parse(text: str, shown: str, origin: str, languages: tuple[str, ...], order: str | None) -> Dated | None:
    """A day with its year, written out in one of `languages` that our tables lack; None for anything else.

    Without languages dateparser compiles 205 locales on its first odd string (4 s), so it is never asked without.
    """
    others = tuple(language for language in languages if language not in _KNOWN)
    if not others or len(text) > _LIMIT or not _HAS_YEAR.search(text) or not _HAS_WORD.search(text):
        return None
    at = _asked(text, others, order)
    if at is None:
        return None
    return Dated(datetime.combine(date(at.year, at.month, at.day), time(), UTC), Precision.DAY, shown, origin)


def _asked(text: str, languages: tuple[str, ...], order: str | None) -> datetime | None:
    # Imported late: 0.25 s that most processes never need.
    dateparser: Any = importlib.import_module("dateparser")
    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": order or "DMY"}
    try:
        at: datetime | None = dateparser.parse(text, languages=list(languages), settings=settings)
    except ValueError:  # a language code that dateparser does not have
        return None
    return at
