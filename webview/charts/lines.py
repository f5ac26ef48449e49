"""Delays over weeks on a logarithmic scale: medians as a line, the slow ones as a band above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webview.charts import WIDTH
from webview.charts.scale import Tick, log_share, quantile

_HEIGHT, _LEFT, _TOP, _BOTTOM = 150, 40, 8, 18
_LOW, _HIGH = 1.0, 14 * 86400.0
_TICKS = (
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3600.0, "1 h"),
    (6 * 3600.0, "6 h"),
    (86400.0, "1 day"),
    (604800.0, "1 week"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One week of one series."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line with its name; `path` is the drawing's `points`."""

    name: str
    points: tuple[Point, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A drawing."""

    width: int
    height: int
    left: int
    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]
    columns: tuple[Tick, ...]


def medians(columns: Sequence[str], series: Sequence[tuple[str, Sequence[Sequence[float]]]]) -> Lines:
    """For each series its median of each column, in seconds; columns without values are left out."""
    step = (WIDTH - _LEFT) / max(len(columns), 1)
    drawn = tuple(_series(name, columns, values, step) for name, values in series)
    named = tuple(Tick(round(_x(place, step), 1), name) for place, name in enumerate(columns) if place % 4 == 0)
    return Lines(WIDTH, _HEIGHT, _LEFT, drawn, tuple(Tick(_y(at), name) for at, name in _TICKS), named)


def duration(seconds: float) -> str:
    """In the unit that a person would say: `40 s`, `12 min`, `3.5 h`, `2.1 days`."""
    for least, unit, name in ((172800, 86400, "days"), (7200, 3600, "h"), (120, 60, "min")):
        if seconds >= least:
            return f"{seconds / unit:.1f} {name}".replace(".0 ", " ")
    return f"{seconds:.0f} s"


def _series(name: str, columns: Sequence[str], values: Sequence[Sequence[float]], step: float) -> Series:
    points = tuple(
        Point(round(_x(place, step), 1), _y(quantile(each, 0.5)), _words(name, columns[place], each))
        for place, each in enumerate(values)
        if each
    )
    return Series(name, points, " ".join(f"{point.x},{point.y}" for point in points))


def _words(name: str, column: str, values: Sequence[float]) -> str:
    half, most = quantile(values, 0.5), quantile(values, 0.9)
    return f"{column}, {name}: median {duration(half)}, 90 % within {duration(most)}, {len(values)} stories"


def _x(place: int, step: float) -> float:
    return _LEFT + (place + 0.5) * step


def _y(seconds: float) -> float:
    inner = _HEIGHT - _TOP - _BOTTOM
    return round(_HEIGHT - _BOTTOM - inner * log_share(max(seconds, _LOW), _LOW, _HIGH), 1)
