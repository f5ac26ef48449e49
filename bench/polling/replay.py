"""Real poll histories: is every gap seen, and what would learned looks have seen beside fixed ones?

    python bench/polling/replay.py [FOLDER]        default ../shared/real-data

1. Gaps. The recorded polls, thinned to every 2nd, 4th, 8th, 16th: what a poll in between listed and neither neighbour
   lists was lost. It fell off the window if it is younger than what the earlier neighbour lists and older than what
   the later one does: is that pair told as a gap? Otherwise it was withdrawn, or known from before: no window helps.
2. Looks. The items of the whole history by their publication dates, behind a window of the recorded size, looked at
   some times a day at fixed intervals, and as the planner learns to. What nobody recorded (the history itself has
   gaps) is missing from both.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import policies
from worlds import WEEK, Floats, Truth

from prrwatch.crawl import WayRead
from prrwatch.document import Dated, Item, Precision
from prrwatch.planning import gap
from prrwatch.planning.clock import hours

NAMES = ("npr", "wgrznews")


def reads(path: Path) -> list[WayRead]:
    """The recorded polls as the crawler would have told them; empty ones (the recorder's failures) left out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        polls = [json.loads(line) for line in lines]
    return [_read(poll) for poll in polls if poll["items"]]


def _read(poll: dict[str, object]) -> WayRead:
    at = datetime.strptime(str(poll["poll"]), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    listed = poll["items"]
    assert isinstance(listed, list)
    items = tuple(Item(url=item["id"], key=item["id"], published=_dated(item.get("published"))) for item in listed)
    return WayRead("job", "source", 0, "https://example.org/feed", at, items)


def _dated(words: str | None) -> Dated | None:
    if not words:
        return None
    return Dated(datetime.fromisoformat(words).replace(tzinfo=UTC), Precision.SECOND, words, "feed")


@dataclass(frozen=True, slots=True)
class Tally:
    """Pairs of polls; those told as a gap; those where items fell; such pairs not told; items fallen and withdrawn."""

    pairs: int
    told: int
    fell: int
    items: int
    unseen: int
    withdrawn: int


def gaps(history: Sequence[WayRead], every: int) -> Tally:
    kept = list(range(0, len(history), every))
    told = fell = items = unseen = withdrawn = 0
    for before, now in pairwise(kept):
        flagged = gap(history[before], history[now]) is not None
        lost, gone = _lost(history[before : now + 1])
        told += flagged
        fell += lost > 0
        items += lost
        withdrawn += gone
        unseen += lost > 0 and not flagged
    return Tally(len(kept) - 1, told, fell, items, unseen, withdrawn)


def _lost(polls: Sequence[WayRead]) -> tuple[int, int]:
    """Items that only polls between the first and the last list: fallen off the window, and others."""
    first, last = polls[0], polls[-1]
    shown = {item.key for read in (first, last) for item in read.items}
    missed = {item.key: item for read in polls[1:-1] for item in read.items if item.key not in shown}
    oldest = [min(item.published.at for item in read.items if item.published) for read in (first, last)]
    fallen = sum(oldest[0] < item.published.at < oldest[1] for item in missed.values() if item.published)
    return fallen, len(missed) - fallen


def timeline(history: Sequence[WayRead], name: str) -> tuple[Truth, float]:
    """The items by the date they were first seen with, and the hours of the whole history."""
    published: dict[str, float] = {}
    for read in history:
        for item in read.items:
            if item.published is not None and item.published.at <= read.at:
                published.setdefault(item.key, hours(item.published.at))
    start = hours(history[0].at) // WEEK * WEEK
    times = np.sort(np.array(list(published.values()))) - start
    times = times[times > -4 * WEEK]
    window = int(np.median([len(read.items) for read in history]))
    none = np.zeros(2016)
    truth = Truth(name, "media", 1, window, none, none, 0.0, 1.0, times, np.ones(len(times), dtype=bool))
    return truth, hours(history[-1].at) - start


def seen(truth: Truth, looks: Floats, began: float, until: float) -> tuple[float, float, float]:
    """Share of items seen, mean delay in hours of those, looks a day."""
    first, last = np.searchsorted(truth.times, [began, until])
    place = np.searchsorted(looks, truth.times[first:last])
    held = place < len(looks)
    counts = np.searchsorted(truth.times, looks, "right")
    held[held] = np.arange(first, last)[held] >= counts[place[held]] - truth.window
    delay = looks[place[held]] - truth.times[first:last][held]
    asked = int(((looks >= began) & (looks < until)).sum())
    return float(held.mean()), float(delay.mean()), asked / (until - began) * 24


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3] / "shared" / "real-data"
    for name in NAMES:
        history = reads(folder / f"poll-trace-{name}.jsonl.gz")
        print(f"\n{name}: {len(history)} polls")
        print("    kept   pairs told gap    fell   items  unseen  withdrawn")
        for every in (1, 2, 4, 8, 16):
            row = gaps(history, every)
            told = f"{row.pairs:8}{row.told:9}{row.fell:8}{row.items:8}{row.unseen:8}{row.withdrawn:11}"
            print(f"{'1/' + str(every):>8}{told}")
        truth, until = timeline(history, name)
        began = 8 * WEEK
        print(f"{len(truth.times)} items, window {truth.window}")
        print(f"{'looks/day':>10}{'':12}{'seen':>8}{'delay h':>9}{'looks':>8}")
        for budget in (1.0, 2.0, 4.0, 8.0, 24.0):
            fixed = seen(truth, policies.fixed([truth], budget, until)[0], began, until)
            learned = seen(replace(truth), policies.Learner([truth], budget).run(until)[0], began, until)
            for policy, (share, delay, looks) in (("fixed", fixed), ("learned", learned)):
                print(f"{budget:10.0f}  {policy:10}{share:8.1%}{delay:9.2f}{looks:8.2f}")


if __name__ == "__main__":
    main()
