"""Sends sources to the crawl worker, hosts never side by side, and files what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from prrwatch.crawl import JOB_TIME_LIMIT, Job, JobDone
from prrwatch.source import Source
from prrwatch.urls import hosts_of
from scheduler import logs
from scheduler.walk import Walk
from scheduler.worker import CrawlWorker, WorkerLost

_log = logging.getLogger(__name__)

#: Jobs under way at once. One job waits most of its time for its host's delay.
_AT_ONCE = 16
#: Times one pass is begun again after the worker was lost, before the pass is called failed.
_ATTEMPTS = 3


class Dispatch:
    """At most one pass a source and one a host at any time; the rest wait their turn."""

    def __init__(self, walk: Walk, worker: CrawlWorker, time_limit: timedelta = JOB_TIME_LIMIT) -> None:
        self._walk = walk
        self._worker = worker
        self._time_limit = time_limit
        self._running: dict[str, asyncio.Task[None]] = {}
        self._busy: dict[str, frozenset[str]] = {}
        self._failure: BaseException | None = None

    @property
    def running(self) -> frozenset[str]:
        """The ids of the sources that are being read."""
        return frozenset(self._running)

    def start(self, sources: Iterable[Source]) -> None:
        """Begin a pass over each source whose hosts are free, in order, while there is room."""
        for source in sources:
            if len(self._running) >= _AT_ONCE:
                return
            if source.id not in self._running and not hosts_of(source) & self._taken():
                self._busy[source.id] = hosts_of(source)
                task = asyncio.create_task(self._pass_over(source), name=f"pass over {source.id}")
                self._running[source.id] = task
                task.add_done_callback(partial(self._release, source))

    async def wait(self) -> None:
        """Until at least one pass ended; at once when none is under way."""
        if self._running:
            await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)

    def raise_failure(self) -> None:
        """Raise what a pass crashed with, if one did: whoever drives the passes must not outlive it unawares."""
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Abandon every pass; what was filed stays, the rest is read after the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _taken(self) -> frozenset[str]:
        return frozenset().union(*self._busy.values())

    def _release(self, source: Source, task: asyncio.Task[None]) -> None:
        self._running.pop(source.id)
        self._busy.pop(source.id)
        if not task.cancelled():
            error = task.exception()  # asked for in any case: asyncio complains of errors that nobody looked at
            self._failure = self._failure or error

    async def _pass_over(self, source: Source) -> None:
        """One pass, begun again while the worker gets lost; at the last loss it is filed as failed."""
        for attempt in range(1, _ATTEMPTS + 1):
            job = self._walk.job(source)
            try:
                with logs.working_on(source.id, job.id):
                    async with asyncio.timeout(self._time_limit.total_seconds()):
                        await self._read(job)
            except WorkerLost:
                why = "the crawl worker was lost"
            except TimeoutError:
                why = f"not done within {self._time_limit}"
                await self._worker.kill()
            else:
                return
            _log.warning("source %s, attempt %d of %d: %s", source.id, attempt, _ATTEMPTS, why)
        self._walk.give_up(job, why)

    async def _read(self, job: Job) -> None:
        """File the records of one job as they come."""
        async with contextlib.aclosing(self._worker.batches(job)) as batches:
            async for batch in batches:
                self._walk.file(batch)
                if isinstance(batch[-1], JobDone):
                    _log_end(batch[-1])


def _log_end(done: JobDone) -> None:
    seconds = (done.ended - done.started).total_seconds()
    cut_short = f"; cut short: {done.cut_short}" if done.cut_short else ""
    _log.info("source %s: pass over after %.1f s, %d requests%s", done.source, seconds, done.requests, cut_short)
