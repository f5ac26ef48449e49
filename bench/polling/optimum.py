"""The optimum with known rates: a dynamic programme over the week for every source, at one price for all.

Grid of ten minutes, value iteration over three weeks. A relevant item that falls off the window is charged a week of delay.
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
LOST = 168.0  # hours
_ROUNDS = 3  # weeks of value iteration


@dataclass(frozen=True, slots=True)
class Timetable:
    """For every source and step of the week, the number of steps until the next look."""

    gaps: NDArray[np.int64]  # sources x steps
    looks: float  # a day, all sources together


class Optimum:
    """The costs of all gaps of all sources, once; then a timetable for any price."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        mean = np.array([truth.rates.reshape(STEPS, -1).mean(axis=1) for truth in truths])  # items an hour
        long = np.concatenate([np.tile(mean, 5), mean[:, :1]], axis=1)
        self._mass = np.concatenate([np.zeros((len(truths), 1)), np.cumsum(long * STEP, axis=1)], axis=1)
        mean_mass = (self._mass[:, :-1] + self._mass[:, 1:]) / 2
        self._wait = np.concatenate([np.zeros((len(truths), 1)), np.cumsum(mean_mass * STEP, axis=1)], axis=1)
        self._share = np.array([truth.share for truth in truths])[:, None]
        self._window = np.array([truth.window for truth in truths])[:, None]
        self._dispersion = np.array([truth.dispersion for truth in truths])[:, None]

    def timetable(self, budget: float) -> Timetable:
        """The one whose looks a day come to `budget`, within half a percent."""
        low, high = np.log(1e-4), np.log(1e4)
        best = self._at(float(np.exp((low + high) / 2)))
        for _ in range(14):
            middle = (low + high) / 2
            best = self._at(float(np.exp(middle)))
            if abs(best.looks / budget - 1) < 0.004:
                break
            low, high = (middle, high) if best.looks > budget else (low, middle)
        return best

    def _at(self, price: float) -> Timetable:
        sources = len(self._mass)
        horizon = _ROUNDS * STEPS
        reach = int(GAPS[-1])
        value = np.zeros((sources, horizon + reach + 1))
        choice = np.zeros((sources, STEPS), dtype=np.int64)
        for step in range(horizon - 1, -1, -1):
            total = self._cost(step % STEPS) + price + value[:, step + GAPS]
            pick = total.argmin(axis=1)
            value[:, step] = total[np.arange(sources), pick]
            if step < STEPS:
                choice[:, step] = GAPS[pick]
        return Timetable(choice, _looks(choice))

    def _cost(self, step: int) -> Floats:
        mass = self._mass[:, step + GAPS] - self._mass[:, step : step + 1]
        delay = self._wait[:, step + GAPS] - self._wait[:, step : step + 1] - self._mass[:, step : step + 1] * GAPS * STEP
        # Expected overflow of a normal count: s * (z * P(z) + p(z)), the normal law by its logistic likeness.
        spread = np.sqrt(self._dispersion * mass + mass * mass / 4 + 1e-9)
        z = (mass - self._window) / spread
        overflow = spread * np.logaddexp(0, 1.702 * z) / 1.702
        cost: Floats = self._share * (delay + LOST * overflow * (z > -4))
        return cost


def _looks(choice: NDArray[np.int64]) -> float:
    """Looks a day in the long run: walk each source's chain for twenty weeks."""
    rows = np.arange(len(choice))
    at = np.zeros(len(choice), dtype=np.int64)
    count = np.zeros(len(choice))
    while (going := at < 20 * STEPS).any():
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
