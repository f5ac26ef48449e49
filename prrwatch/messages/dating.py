"""Dates in words."""

from __future__ import annotations

from prrwatch.document import Dated, Precision


def date_words(dated: Dated | None) -> str:
    """A date no more exact than it is known; "date unknown" when it is not."""
    if dated is None:
        return "date unknown"
    at = dated.at
    words = {
        Precision.YEAR: f"{at.year}",
        Precision.MONTH: f"{at:%B} {at.year}",
        Precision.DAY: f"{at.day} {at:%B} {at.year}",
    }.get(dated.precision, f"{at.day} {at:%B} {at.year}, {at:%H:%M} UTC")
    return words + (" (year taken from when it was seen)" if dated.origin.endswith("+sighting") else "")
