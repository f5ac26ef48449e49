"""The policies that are compared: each gives the hours at which every source is looked at."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from optimum import Optimum, times
from worlds import Floats, Truth

from prrwatch.planning.bounds import limits
from prrwatch.planning.clock import moment
from prrwatch.planning.moment import next_look
from prrwatch.planning.price import Stake, corrected, fleet_price
from prrwatch.planning.prior import Prior, fleet_priors
from prrwatch.planning.rhythm import Look, Rhythm, judged, learn
from prrwatch.planning.tempo import MARGIN, Tempo, expected, refreshed, tempo
from prrwatch.source import Kind, Source, Way, WayKind

#: Hours between which the adaptive baselines keep their intervals.
_SHORTEST, _LONGEST = 1 / 12, 48.0


def fixed(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """Every source at the same interval, each at its own phase."""
    rng = np.random.default_rng(1)
    every = 24 * len(truths) / budget
    return [np.arange(rng.random() * every, until, every) for _ in truths]


def by_tier(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """Tier 1 twice as often as tier 2, and that twice as often as tier 3."""
    rng = np.random.default_rng(2)
    weight = {1: 4.0, 2: 2.0, 3: 1.0}
    unit = 24 * sum(weight[truth.tier] for truth in truths) / budget
    return [np.arange(rng.random() * (every := unit / weight[truth.tier]), until, every) for truth in truths]


def optimum(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """Known rates, under the planner's rule for windows."""
    return _optimum(truths, budget, until, MARGIN)


def free_optimum(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """Known rates, whatever falls off the windows: the least delay there is of what is found."""
    return _optimum(truths, budget, until, None)


def root_law(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """Known mean rates of relevant items and nothing of hours: even intervals by the inverse root of the rate."""
    roots = np.sqrt([truth.rates.mean() * truth.share for truth in truths])
    rng = np.random.default_rng(6)
    return [np.arange(rng.random() * (every := 24 / looks), until, every) for looks in budget * roots / roots.sum()]


def _optimum(truths: Sequence[Truth], budget: float, until: float, margin: float | None) -> list[Floats]:
    table = Optimum(truths, margin).timetable(budget)
    rng = np.random.default_rng(3)
    return [times(table, place, until, int(rng.integers(0, 24))) for place in range(len(truths))]


@dataclass
class _Seen:
    """What a feed reader keeps of a source."""

    next_at: float
    count: int = 0
    items: float = 0.0
    hours: float = 0.0
    interval: float = 24.0
    last_new: float = 0.0
    looks: list[float] = field(default_factory=list)


def _adaptive(truths: Sequence[Truth], budget: float, until: float, wish: Callable[[_Seen], float]) -> list[Floats]:
    """Intervals in proportion to `wish`, rescaled once a day so that the requests are the budget."""
    rng = np.random.default_rng(4)
    start = 24 * len(truths) / budget
    seen = [_Seen(rng.random() * start) for _ in truths]
    for day in range(int(until / 24) + 1):
        scale = _scale([wish(each) for each in seen], budget / 24)
        for truth, each in zip(truths, seen, strict=True):
            while each.next_at < (day + 1) * 24:
                _look(truth, each)
                each.next_at += min(max(scale * wish(each), _SHORTEST), _LONGEST)
    return [np.array(each.looks) for each in seen]


def _look(truth: Truth, each: _Seen) -> None:
    at = each.next_at
    count = int(np.searchsorted(truth.times, at, "right"))
    fresh = min(count - each.count, truth.window)
    elapsed = at - each.looks[-1] if each.looks else 24.0
    fade = 0.5 ** (elapsed / 720)
    each.items, each.hours = each.items * fade + fresh, each.hours * fade + elapsed
    if fresh:
        each.interval += 0.3 * ((at - each.last_new) / fresh - each.interval)
        each.last_new = at
    each.count = count
    each.looks.append(at)


def _scale(wishes: list[float], per_hour: float) -> float:
    low, high = 1e-6, 1e6
    for _ in range(50):
        middle = (low * high) ** 0.5
        asked = sum(1 / min(max(middle * wish, _SHORTEST), _LONGEST) for wish in wishes)
        low, high = (middle, high) if asked > per_hour else (low, middle)
    return high


def square_root(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """The interval goes with the inverse root of the learned rate of publication."""
    return _adaptive(truths, budget, until, lambda each: ((each.hours + 24) / (each.items + 1)) ** 0.5)


def moving_average(truths: Sequence[Truth], budget: float, until: float) -> list[Floats]:
    """The interval goes with the moving average of the interval between updates, as feed readers do."""
    return _adaptive(truths, budget, until, lambda each: each.interval)


@dataclass
class _Learned:
    truth: Truth
    source: Source
    next_at: float
    rhythm: Rhythm = field(default_factory=Rhythm)
    prior: Prior | None = None
    tempo: Tempo | None = None
    count: int = 0
    looks: list[float] = field(default_factory=list)


@dataclass
class Learner:
    """prrwatch's own planner, run as the daemon would: learn after each look, reprice once a day."""

    truths: Sequence[Truth]
    budget: float  # looks a day
    cpu: float = 0.0  # seconds spent in planning: prices, learning, choosing the moments; not in simulating the web
    planned_days: int = 0
    correction: float = 1.0

    def run(self, until: float) -> list[Floats]:
        """The hours of every source's looks."""
        every = 24 * len(self.truths) / self.budget
        rng = np.random.default_rng(5)
        sources = [_source(truth, every) for truth in self.truths]
        states = [
            _Learned(truth, source, rng.random() * every) for truth, source in zip(self.truths, sources, strict=True)
        ]
        spent: list[int] = []
        for day in range(int(until / 24) + 1):
            began = clock.process_time()
            price = self._price(states, sources, spent)
            self.cpu += clock.process_time() - began
            spent.append(sum(self._through(each, (day + 1) * 24, price) for each in states))
            self.planned_days += 1
        return [np.array(each.looks) for each in states]

    def _price(self, states: list[_Learned], sources: list[Source], spent: list[int]) -> float:
        priors = fleet_priors(sources, {each.source.id: each.rhythm for each in states})
        stakes = []
        for each in states:
            each.prior = priors[each.source.id]
            each.tempo = tempo(each.rhythm, each.prior)
            stakes.append(Stake(each.tempo, limits(each.source)))
        if len(spent) >= 7:
            week = sum(spent[-7:]) / 7
            self.correction = corrected(self.correction, week, self.budget) if len(spent) % 3 == 0 else self.correction
        return fleet_price(stakes, self.budget / 24) * self.correction

    def _through(self, each: _Learned, until: float, price: float) -> int:
        """Looks at a source until the hour `until`, learning and planning after each; how many looks there were."""
        before = len(each.looks)
        while each.next_at < until:
            seen = _look_at(each, each.next_at)
            each.looks.append(each.next_at)
            began = clock.process_time()
            _plan(each, seen, price)
            self.cpu += clock.process_time() - began
        return len(each.looks) - before


def _plan(each: _Learned, seen: tuple[Look, int], price: float) -> None:
    """Learns from a look, and plans the next one."""
    look, relevant = seen
    assert each.tempo is not None
    assert each.prior is not None
    came = expected(each.tempo, look.since, look.at) if look.since else None
    each.rhythm = judged(learn(each.rhythm, look, came), len(look.fresh), relevant)
    each.tempo = refreshed(each.tempo, each.rhythm, each.prior)
    each.next_at = next_look(each.tempo, price, limits(each.source), each.next_at)


def _look_at(each: _Learned, at: float) -> tuple[Look, int]:
    truth = each.truth
    count = int(np.searchsorted(truth.times, at, "right"))
    first = max(each.count, count - truth.window)
    fresh = tuple(moment(float(time)) for time in truth.times[first:count])
    gap = bool(each.looks) and count - each.count >= truth.window - 1
    look = Look(moment(at), moment(each.looks[-1]) if each.looks else None, fresh, min(count, truth.window), gap)
    each.count = count
    return look, int(truth.relevant[first:count].sum())


def _source(truth: Truth, every: float) -> Source:
    return Source(
        id=truth.name,
        name=truth.name,
        publisher=truth.name,
        kind=Kind(truth.kind),
        homepage="https://example.org/",
        languages=("en",),
        every=timedelta(hours=every),
        tier=truth.tier,
        article="x",
        ways=(Way(WayKind.FEED, f"https://{truth.name}.example.org/feed"),),
    )
