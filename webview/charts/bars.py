"""Stacked bars, one for each week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webview.charts import WIDTH
from webview.charts.scale import Tick, ceiling

_HEIGHT = 84
_LEFT, _TOP, _BOTTOM = 24, 6, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of one stack. `series` counts from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing."""

    width: int
    height: int
    left: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    columns: tuple[Tick, ...]  #: names under some of the stacks

    @property
    def paths(self) -> tuple[tuple[int, str], ...]:
        """All bars of each series as one path: a tenth of the markup of a rectangle each."""
        return tuple(
            (
                series,
                "".join(f"M{each.x} {each.y}h{each.width}v{each.height}h-{each.width}z" for each in self._of(series)),
            )
            for series in sorted({each.series for each in self.bars})
        )

    def _of(self, series: int) -> list[Bar]:
        return [each for each in self.bars if each.series == series]


def stacked(columns: Sequence[str], series: Sequence[str], counts: Sequence[Sequence[int]], top: int) -> Bars:
    """`counts[column][series]` as stacks. `top` is the largest stack of all drawings that are compared."""
    high = ceiling(max(top, 1))
    inner, step = _HEIGHT - _TOP - _BOTTOM, (WIDTH - _LEFT) / max(len(columns), 1)
    bars: list[Bar] = []
    for place, (name, parts) in enumerate(zip(columns, counts, strict=True)):
        floor = float(_HEIGHT - _BOTTOM)
        for number, count in enumerate(parts):
            if count:
                tall = inner * count / high
                floor -= tall
                label = f"{name}: {count} {series[number]}"
                bars.append(Bar(_x(place, step), round(floor, 1), round(step * 0.7, 1), round(tall, 1), number, label))
    ticks = tuple(
        Tick(round(_HEIGHT - _BOTTOM - inner * part, 1), f"{high * part:g}")
        for part in ((0, 1) if high == 1 else (0, 0.5, 1))
    )
    named = tuple(
        Tick(round(_x(place, step) + step * 0.35, 1), name)
        for place, name in enumerate(columns)
        if place % _every(columns) == 0
    )
    return Bars(WIDTH, _HEIGHT, _LEFT, tuple(bars), ticks, named)


def _every(columns: Sequence[str]) -> int:
    """Names under every so many stacks: five at most fit."""
    return len(columns) // 5 + 1


def _x(place: int, step: float) -> float:
    return round(_LEFT + place * step + step * 0.15, 1)
