"""The web view over 100,000 documents and 5,000 stories: how long each page takes, and whether a writer waits for it.

    python bench/pages [--documents N] [--keep FOLDER]

The store is invented (words drawn by Zipf's law, Latin and Cyrillic), made in some minutes, and thrown away unless a
folder is given to keep it in; a kept one is used again. Each page is asked 9 times in this process through the whole
of Datasette; printed are the median and the slowest by the clock on the wall, and the median of the processor's time,
which other work on the machine does not touch. Goals: every page 300 ms at the median, search 500.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import threading
import time
from pathlib import Path

from archive import NOW, fill

from storage import rows
from storage.store import Store, open_store
from webview import Site, saved
from webview.app import application

TIMES = 9
_GOALS = {"Search": 500, "File": 10_000}  #: ms; of all else 300


def main() -> None:
    """Make the store, ask every page."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, default=100_000)
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / "prrwatch.db"
        if not path.exists():
            begun = time.perf_counter()
            with open_store(path) as store:
                fill(store, given.documents)
            print(f"made in {time.perf_counter() - begun:.0f} s: {path.stat().st_size / 1e6:.0f} MB")
        with open_store(path) as store:
            asyncio.run(measure(path, pages(store)))
        waits(path)


def pages(store: Store) -> dict[str, str]:
    """Every page with the heaviest thing that it can be asked."""
    story = store.query("SELECT story FROM memberships GROUP BY story ORDER BY count(*) DESC LIMIT 1")[0][0]
    edited = store.query("SELECT document FROM versions WHERE n = 2 LIMIT 1")[0][0]
    return {
        "Today, a day": "/",
        "Today, a week": "/?days=7",
        "Today, 30 days": "/?days=30",
        "Today, 30 days of KZ": "/?days=30&country=KZ&phase=repatriation",
        "Story": f"/story/{story}",
        "Document": "/document/77",
        "Document, edited": f"/document/{edited}",
        "Sources": "/sources",
        "Source": "/source/s-7",
        "Figures": "/figures",
        "Figures of KZ": "/figures?country=KZ",
        "Calendar": "/calendar",
        "Rules": "/rules",
        "File: calendar": "/calendar.ics",
        "File: a story's bundle": f"/story/{story}/evidence.zip",
        "File: its citations": f"/story/{story}/citations.bib",
        "Queries": "/queries",
        **{f"Query: {each.name}": f"/queries/{each.name}" for each in saved.questions()},
        "Search, a rare word": "/search?q=repatriated+women",
        "Search, Russian": "/search?q=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%89%D0%B5%D0%BD%D0%B8%D0%B5",
        "Search, the commonest word": "/search?q=word0",
        "Search, prefix": "/search?q=bace*",
        "Search, filtered": "/search?q=word0&country=TM&only=relevant&language=ru",
        "Search, nothing left": "/search?q=word0&country=ZZ",
        "Search, far back": "/search?q=word0&before=500",
        "Tables": "/store",
        "Table": "/store/stories_now",
        "Table, documents": "/store/documents",
        "SQL": "/store?sql=SELECT+kind,+count(*)+FROM+sources+GROUP+BY+kind",
    }


async def measure(path: Path, asked: dict[str, str]) -> None:
    """Ask each page, print its times."""
    datasette = application(Site(path, now=lambda: NOW))
    for name, address in asked.items():
        spent, worked = [], []
        for _ in range(TIMES):
            begun, working = time.perf_counter(), time.process_time()
            answer = await datasette.client.get(address)
            spent.append((time.perf_counter() - begun) * 1000)
            worked.append((time.process_time() - working) * 1000)
            assert answer.status_code == 200, (address, answer.text)
        goal = _GOALS.get(name.split(",")[0].split(":")[0], 300)
        middle = statistics.median(spent)
        missed = "" if middle <= goal else f"   MISSES {goal} ms"
        print(
            f"{name:27} median {middle:5.0f} ms, slowest {max(spent):5.0f}, "
            f"processor {statistics.median(worked):4.0f} ms, "
            f"{len(answer.content) / 1000:4.0f} kB{missed}"
        )


def waits(path: Path) -> None:
    """How long 300 small commits take each, with nobody reading and with two readers that never stop."""
    alone = _commits(path)
    stop = threading.Event()
    readers = [threading.Thread(target=lambda: asyncio.run(_read(path, stop))) for _ in range(2)]
    for reader in readers:
        reader.start()
    beside = _commits(path)
    stop.set()
    for reader in readers:
        reader.join()
    for name, spent in (("alone", alone), ("beside two readers", beside)):
        print(f"a commit {name}: median {statistics.median(spent):.1f} ms, slowest {max(spent):.0f} ms, none refused")


def _commits(path: Path) -> list[float]:
    spent = []
    with open_store(path) as store:
        for number in range(300):
            begun = time.perf_counter()
            with store.transaction():
                store.write("UPDATE host_clocks SET not_before = ? WHERE host = 'x'", (str(number),))
                store.write("UPDATE documents SET looked_at = ? WHERE id = ?", (rows.time(NOW), number + 1))
            spent.append((time.perf_counter() - begun) * 1000)
    return spent


async def _read(path: Path, stop: threading.Event) -> None:
    datasette = application(Site(path, now=lambda: NOW))
    while not stop.is_set():
        for address in ("/?days=30", "/sources", "/figures"):
            await datasette.client.get(address)


if __name__ == "__main__":
    main()
