"""Assigning one document to a story in an archive of 100,000: what the walk does from the text on, without the judging.

    python bench/story_archive.py [DOCUMENTS]

The archive is made of the fingerprints of tests/eval_stories/cases, each many times with other days, numbers
and names; a document holds 32 of the 128 hashes that it would have, to keep the making short. Printed: median and 95th
percentile over 200 newcomers.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from prrwatch.document import Dated, Precision
from prrwatch.stories import Day, Fingerprint, Rarity, Telling, assign, blocks, fingerprint, keys, probes, sketch
from storage import rows, stories
from storage.store import Store, open_store

OWN = Path(__file__).parents[1] / "tests" / "eval_stories" / "cases" / "events.jsonl"
AT = "2026-11-22T08:00:00.000000Z"
HASHES = 32


def main() -> None:
    """Make the archive, time the newcomers."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    told = [_telling(json.loads(line)) for line in OWN.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prrwatch.db"
        open_store(path).close()
        _fill(path, told, documents)
        _time(path, told, documents)


def _time(path: Path, told: list[Telling], documents: int) -> None:
    with open_store(path) as store:
        for each in told[:20]:
            _assign(store, each)
        spent = []
        for each in random.Random(7).choices(told, k=200):
            begun = time.perf_counter(), time.process_time()
            _assign(store, each)
            spent.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
        for name, times in zip(("wall clock", "processor"), zip(*spent, strict=True), strict=True):
            middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"{documents} documents, {name}: median {middle * 1000:.1f} ms, 95th percentile {late * 1000:.1f} ms")


def _assign(store: Store, telling: Telling) -> None:
    copied = sketch(telling.text)
    told = fingerprint(telling, stories.rarity(store, keys(telling)))
    assign("new", copied, stories.candidates(store, copied.hashes, probes(told)), told)


def _fill(path: Path, told: list[Telling], documents: int) -> None:
    """Past the store, so past its seals: they cost ten times as much as the rows, and are no matter here."""
    chance = random.Random(3)
    models = [(fingerprint(each, Rarity()), keys(each)) for each in told]
    numbers = range(1, documents + 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        write = connection.executemany
        write("INSERT INTO sources VALUES ('one', 'One', 'One', 'media', '', 1, 1, NULL, '[]', '{}', ?, NULL)", [(AT,)])
        write(
            "INSERT INTO documents (id, key, url, source, baseline, first_seen, first_fetched, looked_at) "
            "VALUES (?, ?, ?, 'one', 0, ?, ?, ?)",
            ((n, f"one.example/{n}", f"https://one.example/{n}", AT, AT, AT) for n in numbers),
        )
        write("INSERT INTO stories (id, opened) VALUES (?, ?)", ((f"s-{n}", AT) for n in numbers))
        write(
            "INSERT INTO memberships (document, story, why, joined) VALUES (?, ?, 'first', ?)",
            ((n, f"s-{n}", AT) for n in numbers),
        )
        write("INSERT INTO sketches (document, shingles) VALUES (?, 300)", ((n,) for n in numbers))
        write(
            "INSERT INTO sketch_hashes (hash, document) VALUES (?, ?)",
            ((chance.getrandbits(62), n) for n in numbers for _ in range(HASHES)),
        )
        for number in numbers:
            told_then = _varied(models[number % len(models)][0], chance)
            write(
                "INSERT INTO fingerprints (document, body) VALUES (?, ?)", [(number, rows.fingerprint_body(told_then))]
            )
            write(
                "INSERT INTO fingerprint_keys (key, document) VALUES (?, ?)",
                [(key, number) for key in blocks(told_then)],
            )
        counted: dict[str, int] = {"": documents}
        for _, words in models:
            for word in words:
                counted[word] = counted.get(word, 0) + documents // len(models)
        write("INSERT INTO told_words (word, documents) VALUES (?, ?)", counted.items())


def _varied(telling: Fingerprint, chance: random.Random) -> Fingerprint:
    """The same kind of news on another day, of other people."""
    on = date(2015, 1, 1) + timedelta(days=chance.randrange(4000))
    day = Day(on.year, on.month, on.day)
    names = {
        f"~{chance.randrange(10**5)}" if chance.random() < 0.5 else name: each for name, each in telling.names.items()
    }
    numbers = {f"#{chance.randrange(2, 400)}": each for each in telling.numbers.values()}
    return replace(
        telling, published=on.isoformat(), main=(day,), dates={f"!{on}": 5.0}, days=(day,), names=names, numbers=numbers
    )


def _telling(row: dict[str, str]) -> Telling:
    out = row["published"]
    at = Dated(datetime.fromisoformat(out).replace(tzinfo=UTC), Precision.DAY, out, "feed") if out else None
    return Telling(row["title"], row["text"], row["language"], at)


if __name__ == "__main__":
    main()
