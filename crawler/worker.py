"""The life of a crawl worker: takes jobs from stdin until it closes, several at a time, never two that share a host."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import Any, BinaryIO

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawler.bench import Bench
from crawler.errand import Lasting
from crawler.net.clocks import HostClocks
from crawler.net.robots import Robots
from crawler.options import Limits
from crawler.pipes import RecordWriter, read_lines
from crawler.settings import SETTINGS
from crawler.walk import Walker
from prrwatch import wire
from prrwatch.crawl import Job
from prrwatch.urls import hosts_of

_log = logging.getLogger(__name__)

#: Crawls under way get so long to stop when the worker has to end; then it ends without them.
_LAST_WORDS = 2.0
_HARD_END = 4.0
#: Names are resolved in threads; asyncio has six on two cores, which a few dead name servers would hold up.
_THREADS = 20
_YOUNG = 20_000  #: new objects between two looks of the garbage collector


def work(limits: Limits, jobs: BinaryIO, records: int) -> int:
    """Run until `jobs` ends, SIGTERM or SIGINT comes, or the reader of `records` is gone; the exit code."""
    _log_to_stderr()
    _spare_the_collector()
    process = AsyncCrawlerProcess(SETTINGS)
    # What goes wrong on the web is in the records; only after the process was made does the level stay.
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    worker = _Worker(process, limits)
    task = asyncio.get_event_loop().create_task(worker.run(jobs, records))
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    task.result()  # an error of ours ends the worker with a traceback and exit code 1
    return 0


def startable(waiting: Iterable[Job], busy: Iterable[str], room: int) -> tuple[Job, ...]:
    """The jobs that may start now: at most `room`, none with a host that is busy or that an earlier one waits for."""
    taken = set(busy)
    chosen: list[Job] = []
    for job in waiting:
        hosts = hosts_of(job.source)
        if len(chosen) < room and not hosts & taken:
            chosen.append(job)
        taken |= hosts
    return tuple(chosen)


class _OpenSpider(Spider):
    """Keeps Scrapy's engine open, which fetches for all jobs: one for each would cost as much as ten pages (75 ms)."""

    name = "open"

    def __init__(self, opened: asyncio.Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._opened = opened

    async def start(self) -> AsyncIterator[Any]:
        """Never ends by itself, and asks for nothing."""
        self._opened.set()
        await asyncio.Event().wait()
        yield None


class _Worker:
    def __init__(self, process: AsyncCrawlerProcess, limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self._waiting: list[Job] = []
        self._running: dict[asyncio.Task[None], Job] = {}
        self._ending = asyncio.Event()
        self._error: BaseException | None = None

    async def run(self, jobs: BinaryIO, records: int) -> None:
        """The worker's whole life; ends by stopping the reactor."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(_THREADS))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        writer = RecordWriter(records, reader_gone=self._ending.set)
        bench = Bench(self._limits.page_seconds, self._limits.page_memory)
        try:
            lasting = Lasting(HostClocks(), Robots(), bench, writer.say, await self._engine())
            self._walker = Walker(lasting, self._limits.job_seconds)
            read_lines(jobs, self._take, self._ending.set)
            await self._ending.wait()
            await self._wind_up()
        finally:
            _end_hard_after(_HARD_END)
            writer.close()
            bench.close()
            _stop_reactor()
        if self._error is not None:
            raise self._error

    def _take(self, line: bytes) -> None:
        if not line.strip() or self._ending.is_set():
            return
        try:
            self._waiting.append(wire.decode_job(line))
        except wire.WireError as error:
            self._fail(error)
        self._start()

    def _start(self) -> None:
        busy = [host for job in self._running.values() for host in hosts_of(job.source)]
        for job in startable(self._waiting, busy, self._limits.jobs - len(self._running)):
            self._waiting.remove(job)
            task = asyncio.ensure_future(self._walker.do(job))
            self._running[task] = job
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and (error := task.exception()):
            self._fail(error)
        if not self._ending.is_set():
            self._start()

    def _fail(self, error: BaseException) -> None:
        self._error = error
        self._ending.set()

    async def _engine(self) -> Crawler:
        opened = asyncio.Event()
        crawler: Crawler = self._process.create_crawler(_OpenSpider)
        crawling = self._process.crawl(crawler, opened=opened)
        opening = asyncio.ensure_future(opened.wait())
        await asyncio.wait({crawling, opening}, return_when=asyncio.FIRST_COMPLETED)
        if crawling.done():
            crawling.result()
        return crawler

    async def _wind_up(self) -> None:
        """Jobs under way are dropped: without their `JobDone` they are done again."""
        for task in self._running:
            task.cancel()
        stopping = [asyncio.ensure_future(crawler.stop_async()) for crawler in self._process.crawlers]
        await asyncio.wait({*self._running, *stopping}, timeout=_LAST_WORDS)


def _spare_the_collector() -> None:
    """What was imported stays: looking through it was a sixth of all samples of a profile."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


def _log_to_stderr() -> None:
    # The level stands on the handler, because Scrapy sets those of its own loggers to DEBUG.
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("crawler: %(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def _stop_reactor() -> None:
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one; ours is by now

    stoppable: Any = reactor  # Twisted types its reactor as a module
    stoppable.callLater(0, stoppable.stop)


def _end_hard_after(seconds: float) -> None:
    """Whatever hangs then, the process ends: nothing in it is worth keeping."""
    timer = Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
