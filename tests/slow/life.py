"""Lives of the daemon, each a fork of a process that has imported everything: a kill costs no start-up time.

Run by `test_outbox_kills.py`: a line on stdin begins a life, its process id is the answer on stdout, "over" its end.
The daemon, the store, the rules, the outbox and the mail are real; only the crawl worker is scripted: it answers a job
with what the file `published` says is there, one article at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import alerts
from prrwatch import messages, relevance, routing, settings, urls
from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, WayRead
from prrwatch.document import Document, Item, Original
from scheduler.assembly import assembled
from scheduler.daemon import Daemon

#: Seconds that reading one article takes.
PAUSE = 0.01


class ScriptedWorker:
    """Stands where the crawl worker stands."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def batches(self, job: Job) -> AsyncIterator[list[CrawlRecord]]:
        began = datetime.now(UTC)
        published = int((self._folder / "published").read_text(encoding="utf-8"))
        items = [item(job.source.homepage, number) for number in range(1, published + 1)]
        yield [WayRead(job.id, job.source.id, 0, job.source.ways[0].url, began, tuple(items))]
        wanted = {each.key: each for each in (*items, *job.carry) if each.key not in job.known}
        for each in wanted.values():
            await asyncio.sleep(PAUSE)
            yield [_fetched(job, each)]
        yield [JobDone(job.id, job.source.id, began, datetime.now(UTC), len(wanted) + 1, 1000)]

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


def _fetched(job: Job, listed: Item) -> Fetched:
    now, text = datetime.now(UTC), text_of(listed.url)
    document = Document(listed.key, listed.url, job.source.id, listed.title, text, "en", None, None, now)
    body = text.encode()
    return Fetched(job.id, listed, document, Original(listed.url, body, (), 200, now, hashlib.sha256(body).hexdigest()))


def live(folder: Path) -> None:
    with assembled(settings.load(folder / "prrwatch.toml")) as parts:
        asyncio.run(Daemon(parts.walk, ScriptedWorker(folder), parts.delivering).run())


def _warm_up() -> None:
    """What every life would do again at its beginning is done once, before the forks: rules, templates, apprise."""
    ruleset = relevance.load_rules(None)
    relevance.load_rules = lambda _: ruleset
    relevance.judge("A title", text_of("a"), "en", ruleset)
    messages.render(routing.test_alert("desk", datetime.now(UTC)), ())
    alerts.recipients(os.environ["PRRWATCH_TEST_DESK"], "desk")


def main(folder: Path) -> None:
    _warm_up()
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            live(folder)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("over", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
