"""Heat strips and grids: the more, the darker, in five steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webview.charts import WIDTH

_LEVELS = (0, 1, 3, 8, 20)  #: from so many items on; the same for all sources, so that strips can be compared


@dataclass(frozen=True, slots=True)
class Cell:
    """One day or hour."""

    x: float
    y: float
    level: int  #: 0 to 4
    failed: bool
    label: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A drawing. Only cells in which something happened are drawn; the rest is ground."""

    width: int
    height: int
    step: float
    size: float
    tall: float
    left: int
    cells: tuple[Cell, ...]

    @property
    def paths(self) -> tuple[tuple[str, str], ...]:
        """The cells of each level as one path with its class, and the feet of failed days: a tenth of the markup."""
        drawn = [
            (f"h{step}", self._squares([each for each in self.cells if each.level == step], 0, self.tall))
            for step in range(len(_LEVELS))
        ]
        feet = self._squares([each for each in self.cells if each.failed], self.tall - 3, 3)
        return tuple((name, path) for name, path in [*drawn, ("failed", feet)] if path)

    def _squares(self, cells: Sequence[Cell], down: float, tall: float) -> str:
        return "".join(f"M{each.x} {each.y + down}h{self.size}v{tall}h-{self.size}z" for each in cells)


def level(items: int) -> int:
    """From 0 (nothing) to 4."""
    return sum(items >= least for least in _LEVELS[1:])


def strip(days: Sequence[tuple[str, int, int]]) -> Heat:
    """A row of days, each with its name, its new items and its failed passes."""
    step = WIDTH / max(len(days), 1)
    cells = tuple(
        Cell(round(place * step, 1), 0, level(items), failed > 0, _words(name, items, failed))
        for place, (name, items, failed) in enumerate(days)
        if items or failed
    )
    return Heat(WIDTH, 16, round(step, 2), round(step - 1.5, 1), 16, 0, cells)


def week(hours: Sequence[tuple[int, int, int]]) -> Heat:
    """A week, hour by hour: (day from Monday = 0, hour, items)."""
    left, tall = 28, 14
    step = (WIDTH - left) / 24
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    cells = tuple(
        Cell(
            round(left + hour * step, 1),
            day * (tall + 2),
            level(items),
            failed=False,
            label=f"{names[day]}, {hour:02}:00 UTC: {items} items",
        )
        for day, hour, items in hours
        if items
    )
    return Heat(WIDTH, 7 * (tall + 2) + 16, round(step, 2), round(step - 1.5, 1), tall, left, cells)


def _words(name: str, items: int, failed: int) -> str:
    return f"{name}: {items} new" + (f", {failed} passes failed" if failed else "")
