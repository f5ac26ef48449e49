"""Claims over time: a dot for each, its height by the square root of the number, so that 5 and 500 both can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from webview.charts import WIDTH
from webview.charts.scale import Tick, ceiling, share

_HEIGHT, _LEFT, _TOP, _BOTTOM = 190, 40, 10, 18
_MOST_YEARS = 6


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim to be drawn."""

    on: date
    number: int
    stock: bool
    conflict: bool
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One claim as drawn. `stock` is a circle, else a diamond; a claim in conflict has a ring."""

    x: float
    y: float
    stock: bool
    conflict: bool
    label: str

    @property
    def diamond(self) -> str:
        """The corners of a diamond around the place."""
        x, y = self.x, self.y
        return f"{x},{y - 5} {x + 5},{y} {x},{y + 5} {x - 5},{y}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A drawing."""

    width: int
    height: int
    left: int
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    years: tuple[Tick, ...]


def dots(claims: Sequence[Stated]) -> Ledger | None:
    """The claims on one time line; None without any."""
    if not claims:
        return None
    first, last = min(each.on for each in claims).toordinal(), max(each.on for each in claims).toordinal()
    top = ceiling(max(each.number for each in claims))
    drawn = tuple(
        Dot(_x(each.on, first, last), _y(each.number, top), each.stock, each.conflict, each.label) for each in claims
    )
    whole = sorted({0, top // 10, top // 2, top})
    ticks = tuple(Tick(_y(number, top), f"{number:,}") for number in whole)
    return Ledger(WIDTH, _HEIGHT, _LEFT, drawn, ticks, _years(first, last))


def _years(first: int, last: int) -> tuple[Tick, ...]:
    begin, end = date.fromordinal(first).year, date.fromordinal(last).year
    if begin == end:
        return (Tick(_LEFT + 20, str(begin)),)
    step = (end - begin) // _MOST_YEARS + 1
    days = [date(year, 1, 1) for year in range(begin + 1, end + 1, step)]
    return tuple(Tick(_x(day, first, last), str(day.year)) for day in days)


def _x(on: date, first: int, last: int) -> float:
    return round(_LEFT + 8 + (WIDTH - _LEFT - 16) * share(on.toordinal(), first, last), 1)


def _y(number: float, top: int) -> float:
    inner = _HEIGHT - _TOP - _BOTTOM
    return round(_HEIGHT - _BOTTOM - inner * sqrt(number) / sqrt(top), 1)
