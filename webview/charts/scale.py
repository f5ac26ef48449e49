"""Numbers to places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the drawing, with what it stands for."""

    at: float
    label: str


def ceiling(value: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ... from `value` up."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if value <= factor * step:
                return factor * step
        step *= 10


def share(value: float, low: float, high: float) -> float:
    """Where `value` stands between `low` and `high`, from 0 to 1; what is outside stands at the border."""
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5


def log_share(value: float, low: float, high: float) -> float:
    """As `share`, on a logarithmic scale; all three above 0."""
    return share(log10(max(value, low)), log10(low), log10(high))


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which `part` of the values stand (nearest rank); of at least one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
