"""The time of day beside a date, and its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d{1,9})?)?(?![\d:])"
    r"\s{0,2}([ap]\.?m\b\.?)?\s{0,2}\(?\s?(z\b|(?:gmt|utc)?\s?[+-]\d{1,2}(?::?[0-5]\d)?(?!\d)|[a-z]{2,4}\b|мск|"
    r"ташкент)?",
    re.IGNORECASE,
)
#: Hours east of UTC. Abbreviations that mean two zones (IST, CST of China) are read as the one that news sites mean.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "мск": 3,
    "uzt": 5, "tjt": 5, "tmt": 5, "almt": 5, "ташкент": 5, "kgt": 6,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d\d)?$")
_GLUE = re.compile(
    r"^[\s,|/()T–—-]*(?:at|в|um|à|las|soat|соат|saat|сағат|саат|соати|الساعة|г|год[а]?|года)?[\s.,|/()–—-]*$",
    re.IGNORECASE,
)
_REACH = 24  #: characters between a date and its time


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `zone` None: not written."""

    at: time
    has_seconds: bool
    zone: tzinfo | None


def beside(text: str, start: int, end: int) -> Clock | None:
    """The time that belongs to the date at `text[start:end]`: right after it, or right before."""
    after = _TIME.search(text, end, end + _REACH + 20)
    if after and _GLUE.match(text[end : after.start()]):
        return _clock(after)
    window = max(0, start - _REACH - 10)
    before = list(_TIME.finditer(text, window, start))
    if before and _GLUE.match(text[before[-1].end() : start]):
        return _clock(before[-1])
    return None


def _clock(match: re.Match[str]) -> Clock | None:
    hour, minute, second = int(match[1]), int(match[2]), min(int(match[3] or 0), 59)
    half = (match[4] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return Clock(time(hour, minute, second), match[3] is not None, _zone(match[5]))


def _zone(words: str | None) -> tzinfo | None:
    if not words:
        return None
    plain = words.casefold().strip()
    if plain in _ZONES:
        return timezone(timedelta(hours=_ZONES[plain]))
    offset = _OFFSET.search(plain)
    if not offset or int(offset[2]) > 14:
        return ZoneInfo("America/New_York") if plain == "et" else None
    east = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(east if offset[1] == "+" else -east)
