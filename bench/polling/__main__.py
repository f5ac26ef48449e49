"""Which policy finds relevant items soonest with the same number of requests? Prints the table.

python bench/polling                              three worlds x five seeds, 100 and 500 sources, 6 looks a source a day
python bench/polling --sizes 100 --seeds 11 12    other seeds
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import policies
from worlds import WORLDS, Floats, Truth, World, make

DAY = 24.0
LOST = 168.0  # hours charged for a relevant item that fell off its window before a look
AFTER = 4 * DAY  # looked at a while longer, so that the last items can be found


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy made of the relevant items of the measured time."""

    delay: float  # hours, mean of those found
    charged: float  # hours, mean with a week for each one lost
    lost: int
    items: int
    lost_all: float  # share of all items
    looks: float  # a source and day


def measure(truths: Sequence[Truth], looks: Sequence[Floats], began: float, until: float) -> Result:
    delays: list[Floats] = []
    lost = items = lost_all = everything = 0
    for truth, at in zip(truths, looks, strict=True):
        first, last = np.searchsorted(truth.times, [began, until])
        place = np.searchsorted(at, truth.times[first:last])
        found = place < len(at)
        counts = np.searchsorted(truth.times, at, "right")
        held = np.zeros(last - first, dtype=bool)
        index = np.arange(first, last)
        held[found] = index[found] >= counts[place[found]] - truth.window
        wanted = truth.relevant[first:last]
        good = held & wanted
        delays.append(at[place[good]] - truth.times[first:last][good])
        lost += int((wanted & ~held).sum())
        items += int(wanted.sum())
        lost_all += int((~held).sum())
        everything += last - first
    delay = np.concatenate(delays)
    asked = sum(int(((at >= began) & (at < until)).sum()) for at in looks)
    days = (until - began) / DAY
    charged = (delay.sum() + LOST * lost) / max(items, 1)
    return Result(float(delay.mean()), float(charged), lost, items, lost_all / everything, asked / days / len(truths))


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
        "known rates, lost = a week": lambda truths: policies.optimum(truths, budget * len(truths), end, LOST),
        "optimum, known rates": lambda truths: policies.optimum(truths, budget * len(truths), end),
    }


def compare(world: World, size: int, seed: int, budget: float, span: Span) -> tuple[dict[str, Result], float]:
    truths = make(world, size, seed, span.until + AFTER, max(span.began - 14 * DAY, 0.0))
    cpu: list[float] = []
    results = {
        name: measure(truths, policy(truths), span.began, span.until)
        for name, policy in policy_table(budget, span, cpu).items()
    }
    return results, cpu[0]


def show(title: str, results: list[dict[str, Result]]) -> None:
    print(
        f"\n{title}\n{'':26}{'delay h':>9}{'/optimum':>10}{'/fixed':>8}{'charged/opt':>12}"
        f"{'lost':>10}{'of all':>8}{'looks/day':>10}"
    )
    for name in results[0]:
        rows = [each[name] for each in results]
        best = [each["optimum, known rates"] for each in results]
        plain = [each["fixed interval"] for each in results]

        def ratio(ours: list[Result], theirs: list[Result], of: str = "delay") -> float:
            return float(np.mean([getattr(a, of) / getattr(b, of) for a, b in zip(ours, theirs, strict=True)]))

        lost, items = sum(row.lost for row in rows), sum(row.items for row in rows)
        print(
            f"{name:26}{np.mean([row.delay for row in rows]):9.2f}{ratio(rows, best):10.3f}{ratio(rows, plain):8.3f}"
            f"{ratio(rows, best, 'charged'):12.3f}{f'{lost}/{items}':>10}{np.mean([row.lost_all for row in rows]):8.1%}"
            f"{np.mean([row.looks for row in rows]):10.2f}"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 500])
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    options.add_argument("--worlds", nargs="+", default=[world.name for world in WORLDS])
    options.add_argument("--budget", type=float, default=6.0, help="looks a source a day")
    options.add_argument("--learn", type=float, default=28.0, help="days before the measuring begins")
    options.add_argument("--days", type=float, default=28.0, help="days measured")
    chosen = options.parse_args()
    span = Span(chosen.learn * DAY, (chosen.learn + chosen.days) * DAY)
    for size in chosen.sizes:
        cpus: list[float] = []
        by_world: dict[str, list[dict[str, Result]]] = defaultdict(list)
        began = time.monotonic()
        for world in (world for world in WORLDS if world.name in chosen.worlds):
            for seed in chosen.seeds:
                results, cpu = compare(world, size, seed, chosen.budget, span)
                by_world[world.name].append(results)
                cpus.append(cpu)
            show(f"{size} sources, {world.name}, seeds {chosen.seeds}", by_world[world.name])
        if len(by_world) > 1:
            show(f"{size} sources, all worlds", [each for results in by_world.values() for each in results])
        print(
            f"planning a week for {size} sources: {max(cpus):.1f} s CPU at most; "
            f"{time.monotonic() - began:.0f} s in all",
            flush=True,
        )


if __name__ == "__main__":
    main()
