"""The daemon through simulated days, one real second an hour: no growth of memory, files or threads.

Run by hand: `python -m pytest -q -s tests/slow/test_long_life.py`; an hour (150 simulated days), or
`PRRWATCH_LIFE_MINUTES=5` minutes. Store, rules, stories, outbox, mail, ticks are real; the crawl worker is scripted:
twenty sources, read every hour, each with a story a day.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import psutil

from prrwatch import settings, urls
from prrwatch.crawl import Fetched, JobDone, WayRead
from prrwatch.document import Document, Item, Original
from scheduler import daemon
from scheduler.assembly import assembled
from scheduler.daemon import Daemon
from scheduler.demo import Mailbox, environment, site_file
from storage import check

MINUTES = float(os.environ.get("PRRWATCH_LIFE_MINUTES", "60"))
SOURCES = 20
#: Simulated seconds in one real second.
SPEED = 3600
#: Share of the life after which all is loaded that is loaded once, and memories with a bound are full: 30 days or more.
WARM = 0.5
#: What the rest of it may add. A function that remembers every word for ever adds some 6 MB in 75 such days.
MORE_MEGABYTES = 5 if MINUTES >= 30 else 20
#: Seconds between two lines of the account.
TELL_EVERY = 300.0
NAMES = ("resident MB", "open files", "threads", "tasks")
SEED = """
id = "s{n}"
name = "s{n}"
publisher = "s{n}"
kind = "media"
homepage = "https://s{n}.example/"
languages = ["en"]
every = "1h"
tier = 1
article = '/a/'
[[discover]]
way = "feed"
url = "https://s{n}.example/feed.xml"
"""


class Forgetful(Mailbox):
    """Counts mails and keeps none: what grows must not be ours."""

    received = 0

    async def handle_DATA(self, *_call):  # noqa: N802  the name is aiosmtpd's
        """Called by aiosmtpd for each message."""
        self.received += 1
        return "250 2.0.0 taken"


class Days:
    """A crawl worker: one more article of each source each simulated day; only the latest are listed, as in a feed."""

    recycled, pid = 0, None

    def __init__(self, clock) -> None:
        self.clock, self.began, self.jobs = clock, clock(), 0

    async def batches(self, job):
        self.jobs += 1
        now = self.clock()
        days = (now - self.began).days + 2
        items = [item(job.source.homepage, number) for number in range(max(1, days - 9), days + 1)]
        yield [WayRead(job.id, job.source.id, 0, job.source.ways[0].url, now, tuple(items))]
        wanted = {each.key: each for each in (*items, *job.carry) if each.key not in job.known}
        for each in wanted.values():
            yield [_fetched(job, each, now)]
        yield [JobDone(job.id, job.source.id, now, self.clock(), len(wanted) + 1, 1000)]

    async def kill(self) -> None:
        """Nothing to kill."""

    async def close(self) -> None:
        """Nothing to close."""


def item(base: str, number: int) -> Item:
    url = f"{base}a/{number}"
    return Item(url, urls.key(url), f"Women repatriated from Syria, part {number}")


def text_of(url: str) -> str:
    """A story of its own: no text is a copy of another."""
    words = " ".join(hashlib.sha256(f"{url} {n}".encode()).hexdigest()[:7] for n in range(60))
    return f"Women were repatriated from camps in Syria and entered a rehabilitation programme. {words}"


def _fetched(job, listed, now):
    text = text_of(listed.url)
    document = Document(listed.key, listed.url, job.source.id, listed.title, text, "en", None, None, now)
    body = text.encode()
    return Fetched(job.id, listed, document, Original(listed.url, body, (), 200, now, hashlib.sha256(body).hexdigest()))


def measured() -> tuple[float, int, int, int]:
    """Resident megabytes, open files, threads, tasks."""
    here = psutil.Process()
    return here.memory_info().rss / 1e6, here.num_fds(), here.num_threads(), len(asyncio.all_tasks())


def slope_of(values: list[float]) -> float:
    """What the line of least squares through the values gains from one to the next."""
    return statistics.linear_regression(range(len(values)), values).slope


async def live(parts, worker) -> list[tuple[float, int, int, int]]:
    running = Daemon(parts.walk, worker, parts.delivering)
    task = asyncio.create_task(running.run())
    seen = []
    began, told_at = time.monotonic(), 0.0
    while (passed := time.monotonic() - began) < 60 * MINUTES and not task.done():
        await asyncio.sleep(min(10.0, MINUTES))
        seen.append(measured())
        if passed >= told_at:
            told_at += TELL_EVERY
            told = ", ".join(f"{value:.1f} {name}" for name, value in zip(NAMES, seen[-1], strict=True))
            sys.stdout.write(f"\n{passed / 60:.0f} min, {worker.jobs} passes: {told}")
            sys.stdout.flush()
    running.stop()
    await task
    return seen


def test_nothing_grows(tmp_path, monkeypatch):
    monkeypatch.setattr(daemon, "_TICK", 0.05)
    (tmp_path / "seeds").mkdir()
    for n in range(SOURCES):
        (tmp_path / "seeds" / f"s{n}.toml").write_text(SEED.format(n=n), encoding="utf-8")
    file = site_file(tmp_path)
    start, began = datetime(2026, 1, 5, tzinfo=UTC), time.monotonic()

    def clock() -> datetime:
        return start + timedelta(seconds=(time.monotonic() - began) * SPEED)

    with Forgetful() as mailbox, assembled(settings.load(file), environment(mailbox), clock) as parts:
        worker = Days(clock)
        seen = asyncio.run(live(parts, worker))
        documents = parts.walk.store.number("SELECT count(*) FROM documents")
        assert check.check(parts.walk.store) == ()
    warm = seen[int(len(seen) * WARM)]
    last = [max(each[n] for each in seen[-3:]) for n in range(4)]
    days = (clock() - start).days
    account = "; ".join(f"{name} {a:.0f} -> {b:.0f}" for name, a, b in zip(NAMES, warm, last, strict=True))
    slope = slope_of([each[0] for each in seen[int(len(seen) * WARM) :]]) * len(seen)
    sys.stdout.write(
        f"\n{days} simulated days in {MINUTES:g} minutes: {worker.jobs} passes, {documents} documents, "
        f"{mailbox.received} mails; after half of the time -> at the end: {account}; "
        f"line through resident memory from then on: {slope:+.1f} MB in {days} days\n"
    )
    assert worker.jobs > SOURCES
    assert last[0] < warm[0] + MORE_MEGABYTES
    assert last[1] <= warm[1] + 5
    assert last[2] <= warm[2] + 5
    assert last[3] <= warm[3] + 25
