"""The daemon through simulated days, one real second an hour: no growth of memory, files or threads.

Run by hand: `python -m pytest -q -s tests/slow/test_long_life.py`; an hour (150 simulated days), or
`PRRWATCH_LIFE_MINUTES=5` minutes. Store, rules, stories, outbox, mail, ticks are real; the crawl worker is scripted:
twenty sources, read every hour, each with a story a day.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

sys.path.append(str(Path(__file__).parent))

from life import ScriptedWorker, item, text_of

from prrwatch import settings
from prrwatch.crawl import Fetched, JobDone, WayRead
from prrwatch.document import Document, Original
from scheduler import daemon
from scheduler.assembly import assembled
from scheduler.daemon import Daemon
from scheduler.demo import Mailbox, environment, site_file
from storage import check

MINUTES = float(os.environ.get("PRRWATCH_LIFE_MINUTES", "60"))
SOURCES = 20
#: Simulated seconds in one real second.
SPEED = 3600
#: Share of the life after which everything that is loaded once has been loaded.
WARM = 0.25
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


class Days(ScriptedWorker):
    """One more article of each source each simulated day; only the latest are listed, as in a feed."""

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


def _fetched(job, listed, now):
    text = text_of(listed.url)
    document = Document(listed.key, listed.url, job.source.id, listed.title, text, "en", None, None, now)
    body = text.encode()
    return Fetched(job.id, listed, document, Original(listed.url, body, (), 200, now, hashlib.sha256(body).hexdigest()))


def measured() -> tuple[float, int, int, int]:
    """Resident megabytes, open files, threads, tasks."""
    here = psutil.Process()
    return here.memory_info().rss / 1e6, here.num_fds(), here.num_threads(), len(asyncio.all_tasks())


async def live(parts, worker) -> list[tuple[float, int, int, int]]:
    running = Daemon(parts.walk, worker, parts.delivering)
    task = asyncio.create_task(running.run())
    seen = []
    deadline = time.monotonic() + 60 * MINUTES
    while time.monotonic() < deadline and not task.done():
        await asyncio.sleep(min(10.0, 6 * MINUTES))
        seen.append(measured())
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
    names = ("resident MB", "open files", "threads", "tasks")
    account = "; ".join(f"{name} {a:.0f} -> {b:.0f}" for name, a, b in zip(names, warm, last, strict=True))
    sys.stdout.write(
        f"\n{days} simulated days in {MINUTES:g} minutes: {worker.jobs} passes, {documents} documents, "
        f"{mailbox.received} mails; after a quarter of the time -> at the end: {account}\n"
    )
    assert worker.jobs > SOURCES
    assert last[0] < warm[0] * 1.1 + 5
    assert last[1] <= warm[1] + 5
    assert last[2] <= warm[2] + 5
    assert last[3] <= warm[3] + 25
