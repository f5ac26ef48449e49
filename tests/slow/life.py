"""Lives of the daemon, each a fork of a process that has imported everything: a kill costs no start-up time.

Run by `test_daemon_kills.py` as `python -c "import life; life.main()"`, so that no process that reads pages imports it
again as its main module: a line on stdin begins a life, its process id is the answer on stdout, "over" its end.
All of it is real and put together as `prrwatch run` does: the daemon, the crawl worker, the processes that read pages,
the store, the rules, the outbox. Only that worker, and what it forks, need not be loaded from disk again either.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing import forkserver, get_context
from pathlib import Path

import scrapy.core.downloader.contextfactory  # noqa: F401  it is loaded before any reactor is chosen, as in the worker

import alerts
from crawler.bench import start_loading
from crawler.options import limits_of
from crawler.pipes import take_over
from crawler.worker import work
from prrwatch import messages, relevance, routing, settings
from scheduler import child, logs
from scheduler.enduring import keep_running
from scheduler.parts import daemon_of

TEXT = "Women were repatriated from camps in Syria and entered a rehabilitation programme."


class Forked:
    """A crawl worker that was forked and not started: what the daemon uses of an `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, jobs: asyncio.StreamWriter, records: asyncio.StreamReader) -> None:
        self.pid, self.stdin, self.stdout = pid, jobs, records
        self.returncode: int | None = None
        self._over = asyncio.Event()
        self._watch = os.pidfd_open(pid)
        asyncio.get_running_loop().add_reader(self._watch, self._ended)

    async def wait(self) -> int | None:
        await self._over.wait()
        return self.returncode

    def _ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._watch)
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._over.set()


def fork_worker(arguments: Sequence[str]) -> tuple[int, int, int]:
    """Its process id, where to write jobs and where to read records."""
    jobs, to_jobs = os.pipe()
    from_records, records = os.pipe()
    if pid := os.fork():
        os.close(jobs)
        os.close(records)
        return pid, to_jobs, from_records
    os.setsid()
    os.dup2(jobs, 0)
    os.dup2(records, 1)
    for each in (jobs, records, to_jobs, from_records):
        os.close(each)
    os._exit(work(limits_of(arguments), *take_over()))


async def connected(pid: int, to_jobs: int, from_records: int) -> Forked:
    loop = asyncio.get_running_loop()
    records = asyncio.StreamReader(limit=2**29)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(records), os.fdopen(from_records, "rb"))
    flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(to_jobs, "wb"))
    return Forked(pid, asyncio.StreamWriter(*flow, None, loop), records)


def live(folder: Path) -> None:
    site = settings.load(folder / "prrwatch.toml")
    logs.to_stderr(logging.INFO, site.operations.log)
    _, _, _, *arguments = child.command(site.rules)
    worker = fork_worker(arguments)

    async def life() -> None:
        first: Process = await connected(*worker)
        await keep_running(lambda parts: daemon_of(parts, None, None, first), site)

    asyncio.run(life())


def _warm_up() -> None:
    """What every life would do again at its beginning is done once, before the forks: rules, templates, apprise."""
    ruleset = relevance.load_rules(None)
    relevance.load_rules = lambda _: ruleset
    relevance.judge("A title", TEXT, "en", ruleset)
    messages.render(routing.test_alert("desk", datetime.now(UTC)), ())
    alerts.recipients(os.environ["PRRWATCH_TEST_DESK"], "desk")
    start_loading("built-in")
    readers = get_context("forkserver").Process(target=abs, args=(0,))
    readers.start()
    readers.join()  # by now they are loaded
    # One server for all lives: none of them is its parent, so none can ask whether it still runs.
    forkserver._forkserver.ensure_running = lambda: None


def main() -> None:
    folder = Path(sys.argv[1])
    _warm_up()
    for _ in sys.stdin:
        if (life := os.fork()) == 0:
            live(folder)
            os._exit(0)
        print(life, flush=True)  # noqa: T201  the answer
        os.waitpid(life, 0)
        print("over", flush=True)  # noqa: T201  the answer
