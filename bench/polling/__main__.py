"""Which policy finds relevant items soonest with the same number of requests? Prints the table.

python bench/polling                              three worlds x five seeds, 100 and 500 sources, 6 looks a source a day
python bench/polling --sizes 100 --seeds 11 12    other seeds
python bench/polling --others                     half the time: only fixed intervals, prrwatch and the two yardsticks

The yardsticks (docs/planning.md): `optimum, known rates` knows every rate by the ten minutes; `known mean rates, root
law` the mean rates, against which fixed intervals are 1.6 to 2.2 times as slow.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import policies
from numpy.typing import NDArray
from worlds import WORLDS, Floats, Truth, World, make

Flags = NDArray[np.bool_]

DAY = 24.0
#: The policies that are always run, and those that are run beside them for comparison.
NEEDED = ("fixed interval", "prrwatch, learned", "known mean rates, root law", "optimum, known rates")
#: What delays are divided by in the table, each under the head of its column.
YARDSTICKS = {"/optimum": NEEDED[3], "/root law": NEEDED[2], "/fixed": NEEDED[0]}
OTHERS = (
    "fixed by tier",
    "square root of the rate",
    "moving average",
    "known rates, windows ignored",
)
AFTER = 4 * DAY  # looked at a while longer, so that the last items can be found


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy made of the relevant items of the measured time.

    Every item counts with its probability of being relevant: the same mean as over the items drawn as relevant, with a
    tenth of its noise. `drawn` is the mean over these alone.
    """

    delay: float  # hours, mean of those found
    drawn: float
    lost: float  # share of the relevant items
    lost_all: float  # share of all items
    looks: float  # a source and day


def measure(truths: Sequence[Truth], looks: Sequence[Floats], began: float, until: float) -> Result:
    shares, delays, helds, drawns = [], [], [], []
    for truth, at in zip(truths, looks, strict=True):
        delay, held, drawn = _found(truth, at, began, until)
        shares.append(np.full(len(delay), truth.share))
        delays.append(delay)
        helds.append(held)
        drawns.append(drawn & held)
    share, delay, held, drawn = (np.concatenate(each) for each in (shares, delays, helds, drawns))
    asked = sum(int(((at >= began) & (at < until)).sum()) for at in looks)
    found, lost = float((share * held).sum()), float((share * ~held).sum())
    waited = float((share * delay)[held].sum())
    return Result(
        delay=waited / found,
        drawn=float(delay[drawn].mean()),
        lost=lost / (found + lost),
        lost_all=float(1 - held.mean()),
        looks=asked / (until - began) * DAY / len(truths),
    )


def _found(truth: Truth, looks: Floats, began: float, until: float) -> tuple[Floats, Flags, Flags]:
    """Of each item published in the span: its delay, whether the next look still found it, whether it is relevant."""
    first, last = np.searchsorted(truth.times, [began, until])
    times = truth.times[first:last]
    place = np.minimum(np.searchsorted(looks, times), len(looks) - 1)
    counts = np.searchsorted(truth.times, looks, "right")
    held = (looks[place] >= times) & (np.arange(first, last) >= counts[place] - truth.window)
    return looks[place] - times, held, truth.relevant[first:last]


@dataclass(frozen=True, slots=True)
class Span:
    """Hours: learning until `began`, measured until `until`."""

    began: float
    until: float


def policy_table(budget: float, span: Span, cpu: list[float]) -> dict[str, Callable[[list[Truth]], list[Floats]]]:
    end = span.until + AFTER

    def learned(truths: list[Truth]) -> list[Floats]:
        learner = policies.Learner(truths, budget * len(truths))
        looks = learner.run(end)
        cpu.append(learner.cpu / learner.planned_days * 7)
        return looks

    return {
        "fixed interval": lambda truths: policies.fixed(truths, budget * len(truths), end),
        "fixed by tier": lambda truths: policies.by_tier(truths, budget * len(truths), end),
        "square root of the rate": lambda truths: policies.square_root(truths, budget * len(truths), end),
        "moving average": lambda truths: policies.moving_average(truths, budget * len(truths), end),
        "prrwatch, learned": learned,
        "known mean rates, root law": lambda truths: policies.root_law(truths, budget * len(truths), end),
        "known rates, windows ignored": lambda truths: policies.free_optimum(truths, budget * len(truths), end),
        "optimum, known rates": lambda truths: policies.optimum(truths, budget * len(truths), end),
    }


Run = tuple[dict[str, Result], float]  # of each policy; seconds of CPU that planning a week took


def compare(world: World, size: int, seed: int, budget: float, span: Span, names: Sequence[str]) -> Run:
    truths = make(world, size, seed, span.until + AFTER, max(span.began - 14 * DAY, 0.0))
    cpu: list[float] = []
    results = {
        name: measure(truths, policy(truths), span.began, span.until)
        for name, policy in policy_table(budget, span, cpu).items()
        if name in names
    }
    return results, cpu[0]


def told(title: str, results: dict[str, Result]) -> str:
    """One run in a line, while the others are still to come."""
    plain, learned, root_law, best = (results[name] for name in NEEDED)
    return (
        f"{title}: learned {learned.delay:.2f} h, {learned.delay / best.delay:.3f} of the optimum, "
        f"{learned.delay / root_law.delay:.3f} of the root law, {learned.delay / plain.delay:.3f} of fixed; "
        f"lost {learned.lost:.1%}, fixed {plain.lost:.1%}; "
        f"looks {learned.looks:.2f}, optimum {best.looks:.2f}, fixed {plain.looks:.2f}"
    )


def show(title: str, results: list[dict[str, Result]]) -> None:
    """One line a policy: means over the runs, ratios run by run."""
    print(f"\n{title}")
    heads = "".join(f"{head:>10}" for head in YARDSTICKS)
    print(f"{'':28}{'delay h':>8}{heads}{'drawn':>8}{'lost':>7}{'of all':>8}{'looks/day':>11}")
    for name in results[0]:
        rows = [each[name] for each in results]
        ratios = [
            _mean(row.delay / each[yardstick].delay for row, each in zip(rows, results, strict=True))
            for yardstick in YARDSTICKS.values()
        ]
        print(
            f"{name:28}{_mean(row.delay for row in rows):8.2f}"
            f"{''.join(f'{ratio:10.3f}' for ratio in ratios)}"
            f"{_mean(row.drawn for row in rows):8.2f}"
            f"{_mean(row.lost for row in rows):7.1%}{_mean(row.lost_all for row in rows):8.1%}"
            f"{_mean(row.looks for row in rows):11.2f}",
            flush=True,
        )


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 500])
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    options.add_argument("--worlds", nargs="+", default=[world.name for world in WORLDS])
    options.add_argument("--others", nargs="*", default=OTHERS, help="policies beside fixed, learned and optimum")
    options.add_argument("--budget", type=float, default=6.0, help="looks a source a day")
    options.add_argument("--learn", type=float, default=42.0, help="days before the measuring begins")
    options.add_argument("--days", type=float, default=7.0, help="days measured")
    options.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs at a time")
    chosen = options.parse_args()
    span = Span(chosen.learn * DAY, (chosen.learn + chosen.days) * DAY)
    worlds = [world for world in WORLDS if world.name in chosen.worlds]
    names = [*NEEDED, *chosen.others]
    with ProcessPoolExecutor(chosen.jobs) as runs:
        for size in chosen.sizes:
            began = time.monotonic()
            waiting = {
                world.name: [
                    runs.submit(compare, world, size, seed, chosen.budget, span, names) for seed in chosen.seeds
                ]
                for world in worlds
            }
            _table(size, chosen.seeds, waiting)
            print(f"{time.monotonic() - began:.0f} s in all", flush=True)


def _table(size: int, seeds: Sequence[int], waiting: Mapping[str, Sequence[Future[Run]]]) -> None:
    cpus: list[float] = []
    whole: list[dict[str, Result]] = []
    for name, futures in waiting.items():
        for seed, future in zip(seeds, futures, strict=True):
            results, cpu = future.result()
            print(told(f"{size} sources, {name}, seed {seed}", results), flush=True)
            whole.append(results)
            cpus.append(cpu)
        show(f"{size} sources, {name}, seeds {seeds}", whole[-len(futures) :])
    if len(waiting) > 1:
        show(f"{size} sources, all worlds", whole)
    print(f"planning a week for {size} sources: {np.mean(cpus):.1f} s CPU, {max(cpus):.1f} s at most")


if __name__ == "__main__":
    main()
