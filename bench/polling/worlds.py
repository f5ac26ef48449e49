"""Three worlds of sources that publish as sources do, and what they publish.

Every source is a Poisson process whose rate follows the hours and weekdays, in batches (a compound process), on days
that are livelier or duller at random; rates differ over a thousandfold between sources (heavy tails), most items are
irrelevant, and relevant ones come from quiet sources as well as from busy ones. Some publish by a timer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CELL = 1 / 12  # hours: rates are constant for five minutes
DAY_CELLS = 288
WEEK_CELLS = 7 * DAY_CELLS
WEEK = 168.0
PAST = 10 * WEEK  # what a source published before it is watched: the first look shows its last items


@dataclass(frozen=True, slots=True)
class Habits:
    """What a kind of source is like: medians and spreads of lognormals."""

    kind: str
    rate: float  # items a day
    rate_spread: float
    share: float  # relevant
    share_spread: float
    windows: tuple[int, ...]
    timers: float  # share of the sources that publish by a timer
    batch: float  # mean batch
    weekend: tuple[float, float]  # range of what a weekend day has of a weekday


OFFICIAL = Habits("official", 0.8, 1.0, 0.04, 1.2, (10, 10, 20, 30), 0.1, 1.3, (0.05, 0.5))
MEDIA = Habits("media", 18.0, 1.0, 0.004, 1.3, (10, 20, 20, 30, 50), 0.1, 1.2, (0.4, 0.9))
SYNDICATOR = Habits("syndicator", 40.0, 0.8, 0.003, 1.2, (25, 50, 100), 0.6, 2.0, (0.2, 1.0))
FORUM = Habits("forum", 4.0, 1.2, 0.006, 1.3, (20, 50), 0.0, 1.2, (0.8, 1.1))


@dataclass(frozen=True, slots=True)
class World:
    """Which kinds live in it, with their weights; what of them changes its habits two weeks before the measuring."""

    name: str
    mix: tuple[tuple[Habits, float], ...]
    timers: float  # times the habits' share of timers
    batch: float  # times the habits' mean batch
    change: float  # share of sources
    tier_truth: float  # how well the operator's tiers know the relevance: 0 not at all, 1 perfectly


WORLDS = (
    World("newsrooms", ((MEDIA, 0.6), (OFFICIAL, 0.3), (SYNDICATOR, 0.05), (FORUM, 0.05)), 1.0, 1.0, 0.0, 0.6),
    World("offices", ((OFFICIAL, 0.65), (MEDIA, 0.3), (SYNDICATOR, 0.05)), 1.0, 1.5, 0.1, 0.6),
    World("timers", ((OFFICIAL, 0.4), (MEDIA, 0.4), (SYNDICATOR, 0.15), (FORUM, 0.05)), 4.0, 1.5, 0.1, 0.6),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One source as it is."""

    name: str
    kind: str
    tier: int
    window: int
    rates: Floats  # items an hour in each cell of the week, as of the measured time
    before: Floats  # the same before it changed its habits; mostly the same
    share: float
    batch: float
    times: Floats  # of its items, hours
    relevant: NDArray[np.bool_]

    @property
    def dispersion(self) -> float:
        """Variance over mean of counts in a short span: batches are geometric."""
        return 2 * self.batch - 1


def make(world: World, size: int, seed: int, until: float, change_at: float) -> list[Truth]:
    """`size` sources with what they publish from ten weeks before hour 0; the same arguments give the same world."""
    rng = np.random.default_rng([seed, size, *world.name.encode()])
    weights = np.array([weight for _, weight in world.mix])
    chosen = rng.choice(len(world.mix), size, p=weights / weights.sum())
    drafts = [_draft(world.mix[kind][0], rng) for kind in chosen]
    hoped = np.array([np.log(rate * share) for _, rate, share in drafts])
    noise = rng.normal(0, hoped.std(), size)
    order = np.argsort(-(world.tier_truth * hoped + (1 - world.tier_truth) * noise))
    tiers = np.empty(size, dtype=int)
    tiers[order] = 1 + (3 * np.arange(size)) // size
    return [
        _truth(f"s{place:03}", int(tiers[place]), world, draft, (until, change_at), rng)
        for place, draft in enumerate(drafts)
    ]


def _draft(habits: Habits, rng: np.random.Generator) -> tuple[Habits, float, float]:
    rate = min(habits.rate * float(np.exp(rng.normal(0, habits.rate_spread))), 400.0)
    share = min(habits.share * float(np.exp(rng.normal(0, habits.share_spread))), 0.6)
    return habits, rate, share


def _truth(
    name: str,
    tier: int,
    world: World,
    draft: tuple[Habits, float, float],
    ends: tuple[float, float],
    rng: np.random.Generator,
) -> Truth:
    habits, rate, share = draft
    until, change_at = ends
    rates = _week(world, habits, rng) * rate / 24
    before = rates
    if rng.random() < world.change:
        before = _week(world, habits, rng) * rate / 24 * float(np.exp(rng.normal(0, 0.8)))
    batch = 1 + (habits.batch - 1) * world.batch
    times = np.concatenate(
        [_publish(before, batch, -PAST, change_at, rng), _publish(rates, batch, change_at, until, rng)]
    )
    relevant = rng.random(len(times)) < share
    return Truth(name, habits.kind, tier, int(rng.choice(habits.windows)), rates, before, share, batch, times, relevant)


def _week(world: World, habits: Habits, rng: np.random.Generator) -> Floats:
    """Mean 1 over the week."""
    zone = float(rng.choice([0, 1, 3, 3, 5, 5, 5, 6, 6, -5]))
    timed = rng.random() < min(habits.timers * world.timers, 0.9)
    day = _timer_day(rng) if timed else _office_day(rng, zone)
    weekend = rng.uniform(*habits.weekend)
    factors = np.array([1, 1, 1, 1, 1, weekend, weekend * rng.uniform(0.7, 1.1)]) * np.exp(rng.normal(0, 0.15, 7))
    week: Floats = np.outer(factors, day).ravel()
    return week / week.mean()


def _office_day(rng: np.random.Generator, zone: float) -> Floats:
    """One or two humps in the office's time zone above a floor, rough at the scale of an hour."""
    hours = (np.arange(DAY_CELLS) * CELL + zone) % 24
    day = np.full(DAY_CELLS, rng.uniform(0.02, 0.3))
    for centre, width, height in ((11.0, 2.0, 1.0), (16.5, 2.5, rng.uniform(0, 1))):
        middle = centre + rng.normal(0, 1)
        away = np.abs(hours - middle)
        day += height * np.exp(-0.5 * (np.minimum(away, 24 - away) / width) ** 2)
    rough = np.exp(rng.normal(0, 0.4, 24)).repeat(DAY_CELLS // 24)
    return day * rough


def _timer_day(rng: np.random.Generator) -> Floats:
    """One to six fixed times a day, mostly on the half hour, kept to within minutes; a tenth comes at any time."""
    times = rng.choice(48, rng.integers(1, 7), replace=False) / 2 + rng.choice([0, 0, 0, 1 / 12])
    hours = np.arange(DAY_CELLS) * CELL + CELL / 2
    day = np.full(DAY_CELLS, 0.1)
    width = rng.uniform(0.03, 0.12)
    for time in times:
        away = np.abs(hours - time - 0.05)
        peak = np.exp(-0.5 * (np.minimum(away, 24 - away) / width) ** 2)
        day += 0.9 * peak / peak.mean() / len(times)
    return day


def _publish(rates: Floats, batch: float, began: float, until: float, rng: np.random.Generator) -> Floats:
    cells = np.arange(int(began / CELL), int(until / CELL))
    if not len(cells):
        return np.empty(0)
    days = cells // DAY_CELLS - cells[0] // DAY_CELLS
    lively = rng.gamma(4.0, 0.25, int(days[-1]) + 1)[days]
    batches = rng.poisson(rates[cells % WEEK_CELLS] * CELL / batch * lively)
    starts = (np.repeat(cells, batches) + rng.random(int(batches.sum()))) * CELL
    sizes = rng.geometric(1 / batch, len(starts))
    times = np.repeat(starts, sizes) + rng.exponential(0.02, int(sizes.sum()))
    return np.sort(times[times < until])
