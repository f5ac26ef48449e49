"""The optimum with known rates: a dynamic programme over the week for every source, at one price for all.

Grid of ten minutes, value iteration over three weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from worlds import Floats, Truth

STEP = 1 / 6  # hours
STEPS = 1008  # in a week
#: Gaps that are tried, in steps: every one to 6 h, every half hour to 24 h, every two hours to 96 h.
GAPS = np.array([*range(1, 37), *range(39, 145, 3), *range(156, 577, 12)])
_FORBIDDEN = 1e6
_ROUNDS = 3  # weeks of value iteration


@dataclass(frozen=True, slots=True)
class Timetable:
    """For every source and step of the week, the number of steps until the next look."""

    gaps: NDArray[np.int64]  # sources x steps
    looks: float  # a day, all sources together


class Optimum:
    """The costs of all gaps of all sources, once (steps of the week x gaps x sources); then a timetable for any price.

    `margin`: standard deviations of the count that must fit into the window besides its mean, the rule that the planner
    has to obey; None ignores windows.
    """

    def __init__(self, truths: Sequence[Truth], margin: float | None) -> None:
        mean = np.array([truth.rates.reshape(STEPS, -1).mean(axis=1) for truth in truths]).T  # items an hour
        zero = np.zeros((1, len(truths)))
        mass = np.concatenate([zero, np.cumsum(np.tile(mean, (5, 1)) * STEP, axis=0)])
        wait = np.concatenate([zero, np.cumsum((mass[:-1] + mass[1:]) / 2 * STEP, axis=0)])
        self._costs = np.empty((STEPS, len(GAPS), len(truths)), dtype=np.float32)
        charge = _Charge(truths, margin)
        span = GAPS[:, None] * STEP
        for step in range(STEPS):
            came = mass[step + GAPS] - mass[step]
            self._costs[step] = charge.of(came, wait[step + GAPS] - wait[step] - mass[step] * span)

    def timetable(self, budget: float) -> Timetable:
        """The one whose looks a day come to `budget`, within half a percent: they go about with the price's root."""
        price = 1.0
        best = self.at(price)
        for _ in range(12):
            if abs(best.looks / budget - 1) < 0.004:
                break
            price *= (best.looks / budget) ** 2
            best = self.at(price)
        return best

    def at(self, price: float) -> Timetable:
        """The best timetable where a look costs `price` hours of delay of a relevant item."""
        sources = self._costs.shape[2]
        horizon = _ROUNDS * STEPS
        value = np.zeros((horizon + int(GAPS[-1]) + 1, sources), dtype=np.float32)
        choice = np.zeros((STEPS, sources), dtype=np.int64)
        rows = np.arange(sources)
        for step in range(horizon - 1, -1, -1):
            total = value[step + GAPS]
            total += self._costs[step % STEPS]
            pick = total.argmin(axis=0)
            value[step] = total[pick, rows] + price
            if step < STEPS:
                choice[step] = GAPS[pick]
        gaps = np.ascontiguousarray(choice.T)
        return Timetable(gaps, _looks(gaps))


class _Charge:
    """What a gap costs: the delay of the relevant items, or everything where the window would overflow."""

    def __init__(self, truths: Sequence[Truth], margin: float | None) -> None:
        self._share = np.array([truth.share for truth in truths])
        self._window = np.array([truth.window for truth in truths])
        self._dispersion = np.array([truth.dispersion for truth in truths])
        self._margin = margin

    def of(self, came: Floats, delay: Floats) -> Floats:
        cost: Floats = self._share * delay
        if self._margin is not None:
            full = came + self._margin * np.sqrt(self._dispersion * came) > self._window
            full[0] = False  # the shortest gap is always allowed
            cost[full] = _FORBIDDEN
        return cost


def _looks(choice: NDArray[np.int64]) -> float:
    """Looks a day in the long run: walk each source's chain for eight weeks."""
    rows = np.arange(len(choice))
    at = np.zeros(len(choice), dtype=np.int64)
    count = np.zeros(len(choice))
    while (going := at < 8 * STEPS).any():
        at = at + np.where(going, choice[rows, at % STEPS], 0)
        count += going
    return float((count / (at * STEP / 24)).sum())


def times(table: Timetable, source: int, until: float, phase: int) -> Floats:
    """The hours at which the source is looked at."""
    looks, step = [], phase
    while step * STEP < until:
        looks.append(step * STEP)
        step += int(table.gaps[source, step % STEPS])
    return np.array(looks)
