"""What figures and events cost: reading them out of one document, and filing them in an archive of many.

    python bench/ledger.py [DOCUMENTS]

Each document claims three sums and is about one event; three documents tell one story. Printed, in processor time:
median and 95th percentile of reading a text of tests/eval_stories/cases, of filing one more document, and of the
views' first pages.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prrwatch import statements as reading
from prrwatch.document import Dated, Document, Precision
from prrwatch.events import Event, Kind, Status
from prrwatch.figures import Action, Figure, Measure, Quantifier, Who
from prrwatch.statements import Claimed, Statements
from storage import rows, statements
from storage.store import Store, open_store

OWN = Path(__file__).parents[1] / "tests" / "eval_stories" / "cases" / "events.jsonl"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
VIEWS = ("figures_ledger", "figure_conflicts", "upcoming_events")


def main() -> None:
    """Read, fill, file."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    told = [_document(json.loads(line)) for line in OWN.read_text("utf-8").splitlines()]
    reading.statements(told[0])
    _print("reading one document", [_timed(lambda each=each: reading.statements(each)) for each in told])
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "prrwatch.db") as store:
        chance = random.Random(11)
        _fill(store, chance, documents)
        more = range(documents + 1, documents + 301)
        with store.transaction():
            _rows(store, more)
            spent = [_timed(lambda n=n: statements.add(store, n, n, _stated(chance, n), NOW)) for n in more]
        _print(f"filing one more beside {documents}", spent)
        for view in VIEWS:
            _print(f"the first 50 of {view}", [_timed(lambda view=view: _page(store, view)) for _ in range(5)])


def _page(store: Store, view: str) -> None:
    store.query(f"SELECT * FROM {view} LIMIT 50")


def _fill(store: Store, chance: random.Random, documents: int) -> None:
    with store.transaction():
        store.write(
            """
            INSERT INTO sources (id, name, publisher, kind, homepage, tier, enabled, hosts, definition, mirrored_at)
            VALUES ('one', 'One', 'One', 'media', '', 1, 1, '[]', '{}', '')
            """
        )
    for start in range(1, documents + 1, 1000):
        numbers = range(start, min(start + 1000, documents + 1))
        with store.transaction():
            _rows(store, numbers)
            for n in numbers:
                statements.add(store, n, n, _stated(chance, n), NOW)


def _rows(store: Store, numbers: Iterable[int]) -> None:
    at = rows.time(NOW)
    for n in numbers:
        story = f"s-{n // 3}"
        store.write("INSERT OR IGNORE INTO stories (id, opened) VALUES (?, ?)", (story, at))
        store.write(
            """
            INSERT INTO documents (id, key, url, source, baseline, first_seen, first_fetched, looked_at, relevant)
            VALUES (?1, ?2, ?2, 'one', 0, ?3, ?3, ?3, 1)
            """,
            (n, f"https://one.example.org/{n}", at),
        )
        store.write(
            """
            INSERT INTO versions (id, document, n, text, fetched, media_type, extraction, sha256)
            VALUES (?1, ?1, 1, '', ?2, 'text/html', 'full', '')
            """,
            (n, at),
        )
        store.write("UPDATE documents SET version = id WHERE id = ?", (n,))
        store.write("INSERT INTO memberships (document, story, why, joined) VALUES (?, ?, 'first', ?)", (n, story, at))


def _stated(chance: random.Random, n: int) -> Statements:
    day = NOW - timedelta(days=n // 30)
    as_of = Dated(day, Precision.DAY, "then", "text")
    figures = [
        Figure(
            number=chance.randrange(2, 3000),
            quantifier=chance.choice(list(Quantifier)),
            who=chance.choice(list(Who)),
            country=chance.choice(["KZ", "KG", "TJ", "TM", "UZ", None]),
            action=chance.choice(list(Action)),
            measure=chance.choice(list(Measure)),
            as_of=chance.choice([None, as_of]),
            quote="so many",
            start=0,
            end=7,
            sentence="so many came home",
        )
        for _ in range(3)
    ]
    event = Event(f"Meeting {n // 3}", Kind.MEETING, as_of, None, "Tashkent", (), Status.HELD, "a meeting", 0, 9)
    return Statements(tuple(Claimed(each, None) for each in figures), (event,), readers="bench")


def _document(case: dict[str, str]) -> Document:
    return Document(case["id"], "", "", case.get("title"), case["text"], case.get("language"), None, None, NOW)


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _print(what: str, spent: list[float]) -> None:
    late = statistics.quantiles(spent, n=20)[-1]
    print(f"{what}: median {statistics.median(spent) * 1000:.1f} ms, 95th percentile {late * 1000:.1f} ms")


if __name__ == "__main__":
    main()
