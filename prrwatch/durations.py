"""Durations as operators write them: `"<int>s|m|h|d"`."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def shortly(span: timedelta) -> str:
    """A duration in the largest unit that leaves two digits, as `parse_duration` reads it: "45s", "95m", "26h"."""
    seconds = round(span.total_seconds())
    sizes = (("d", 86400), ("h", 3600), ("m", 60))
    return next((f"{round(seconds / size)}{unit}" for unit, size in sizes if seconds >= 10 * size), f"{seconds}s")


def parse_duration(words: object) -> timedelta:
    """`"90s"`, `"15m"`, `"1h"`, `"14d"`. Raises ValueError for anything else, and for zero."""
    match = _FORM.fullmatch(words) if isinstance(words, str) else None
    if match is None or not int(match[1]):
        raise ValueError(f'{words!r} is not a duration: write a whole number and s, m, h or d, as in "15m"')
    return timedelta(**{_UNIT[match[2]]: int(match[1])})
