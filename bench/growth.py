"""How fast the store grows: bytes per article in both files, and a month at a given number of articles a day.

    python bench/growth.py [ARTICLES_A_DAY [FOLDER]]

Files the pages of a folder (tests/golden unless given; 500 of them at most) again and again, each time as a page of
its own with words of its own, judged and put into stories as the daemon does. What is measured is what `ls` shows after
the store was closed. The golden pages are small: with pages of 60 kB the originals take about six times as much.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import lxml.html

from prrwatch import relevance, settings, urls
from prrwatch.crawl import Fetched, JobDone, WayRead
from prrwatch.document import Document, Item, Original
from prrwatch.source import Kind, Source, Way, WayKind
from scheduler import clock
from scheduler.walk import Walk
from storage import retention
from storage.store import open_store, originals_path

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
ARTICLES = 1000
SOURCE = Source(
    "bench", "Bench", "Bench", Kind.MEDIA, "https://b.example/", ("en",), timedelta(hours=1), 1, "/a/",
    (Way(WayKind.FEED, "https://b.example/feed.xml"),),
)  # fmt: skip


def bodies(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(folder.rglob("*.html")) if each.stat().st_size > 4000][:500]


def fetched(job: str, number: int, pages: list[bytes], now: datetime) -> Fetched:
    chance = random.Random(number)
    own = " ".join(f"{chance.getrandbits(40):x}" for _ in range(60))
    body = pages[number % len(pages)].replace(b"</p>", f" {own}</p>".encode(), 1)
    url = f"https://b.example/a/{number}"
    words = page_text(body)
    item = Item(url, urls.key(url), f"Article {number}")
    document = Document(item.key, url, "bench", f"Article {number} {own[:30]}", words, "en", None, None, now)
    return Fetched(job, item, document, Original(url, body, (), 200, now, hashlib.sha256(body).hexdigest()))


def page_text(body: bytes) -> str:
    return " ".join(lxml.html.fromstring(body).text_content().split())


def main(a_day: int, folder: Path) -> None:
    pages, now = bodies(folder), clock.now()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "prrwatch.db"
        with open_store(path) as store:
            walk = Walk(store, {"bench": SOURCE}, relevance.load_rules(None), settings.load(None), {}, clock.now)
            job = walk.job(SOURCE)
            for start in range(0, ARTICLES, 100):
                batch = [fetched(job.id, n, pages, now) for n in range(start, start + 100)]
                items = tuple(each.item for each in batch)
                walk.file([WayRead(job.id, "bench", 0, SOURCE.ways[0].url, now, items), *batch])
            walk.file([JobDone(job.id, "bench", now, now, ARTICLES, 0)])
            relevant = store.number("SELECT count(*) FROM documents WHERE relevant = 1")
            prunable = retention.prunable(store, now + timedelta(days=1))
        sizes = [each.stat().st_size / ARTICLES for each in (path, originals_path(path))]
    mean = sum(map(len, pages)) / len(pages) / 1000
    print(f"{ARTICLES} articles of {mean:.0f} kB from {len(pages)} pages, {relevant} relevant")
    print(f"per article: {sizes[0] / 1000:.1f} kB in prrwatch.db, {sizes[1] / 1000:.1f} kB in prrwatch-originals.db")
    month = 30 * a_day / 1000
    print(f"a month of {a_day} articles a day: {sizes[0] * month / 1000:.0f} MB and {sizes[1] * month / 1000:.0f} MB")
    print(
        f"of the originals {prunable.originals} could be pruned: {prunable.bytes / ARTICLES / 1000:.1f} kB an article"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, Path(sys.argv[2]) if len(sys.argv) > 2 else GOLDEN)
