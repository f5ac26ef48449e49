"""The crawl worker as a child process: jobs in, records out. It holds nothing worth keeping, so it may be killed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from prrwatch import wire
from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, Unreadable
from prrwatch.settings import Recycling
from scheduler.starting import kill_group, start

_log = logging.getLogger(__name__)

#: Time the worker has to end by itself after its stdin was closed.
_GRACE = 5.0
#: Records filed in one transaction: 100 rows a transaction are 60 times faster than one each.
_BATCH = 100

_RECYCLING = Recycling()

_Queue = asyncio.Queue[CrawlRecord | None]


class WorkerLost(Exception):  # noqa: N818 - what happened, not a mistake: the job is done again
    """The worker died or was killed before the job was done."""


class _Child:
    """One life of the worker: its process, and the jobs that wait for its records."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.waiting: dict[str, _Queue] = {}
        self.pages = 0
        self.began = time.monotonic()
        self.reader = asyncio.create_task(self._read())

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and not self.reader.done()

    def tired(self, recycling: Recycling) -> str:
        """Why it is to be replaced; empty while it is not."""
        if self.pages >= recycling.pages:
            return f"{self.pages} pages"
        if time.monotonic() - self.began >= recycling.age.total_seconds():
            return f"{recycling.age} of work"
        resident = resident_megabytes(self.process.pid)
        return f"{resident:.0f} MB of memory" if resident > recycling.megabytes else ""

    async def send(self, job: Job) -> None:
        if self.process.stdin is None:
            raise WorkerLost(job.id)
        try:
            self.process.stdin.write(wire.encoded(job))
            await self.process.stdin.drain()
        except ConnectionError as error:
            raise WorkerLost(job.id) from error

    async def kill(self) -> None:
        kill_group(self.process)
        await self.process.wait()
        await self.reader

    async def close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), _GRACE)
        await self.kill()

    async def _read(self) -> None:
        """Hand every line to the job that waits for it, until the worker says no more."""
        stdout = self.process.stdout
        assert stdout is not None  # noqa: S101 - it was started with a pipe
        try:
            while line := await stdout.readline():
                record = wire.decode_record(line, await stdout.readexactly(wire.behind(line)))
                self.pages += isinstance(record, Fetched | Unreadable)
                if queue := self.waiting.get(record.job):
                    queue.put_nowait(record)
        except (wire.WireError, ValueError, asyncio.IncompleteReadError):
            _log.exception("the crawl worker wrote something that is no record; it is killed")
        finally:
            kill_group(self.process)
            await self.process.wait()
            for queue in self.waiting.values():
                queue.put_nowait(None)


class CrawlWorker:
    """Starts `python -m crawler` when the first job comes, and again when it was lost or has worked enough.

    Several jobs may be under way at once; each gets its own records. A worker that has worked enough gets no new jobs,
    ends those that it has, and is closed; the next job begins in a fresh one. Must be closed.
    """

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "crawler"),
        recycling: Recycling = _RECYCLING,
        first: Process | None = None,
    ) -> None:
        self._command = tuple(command)
        self._first = first  #: one that was started ahead
        self._recycling = recycling
        self._child: _Child | None = None
        self._retired: list[_Child] = []
        self._starting = asyncio.Lock()
        self.recycled = 0  #: how many were replaced because they had worked enough

    @property
    def pid(self) -> int | None:
        """The process id of the living worker, else None."""
        return self._child.process.pid if self._child and self._child.process.returncode is None else None

    async def batches(self, job: Job) -> AsyncGenerator[tuple[CrawlRecord, ...], None]:
        """All records of one job, as many at a time as have come; `JobDone` is the last. Raises `WorkerLost`.

        A fast crawl thus files many in one transaction, and a slow one does not wait for a batch to fill.
        """
        queue: _Queue = asyncio.Queue()
        child = await self._alive()
        child.waiting[job.id] = queue
        try:
            await child.send(job)
            while True:
                batch = await _some(queue)
                if records := tuple(record for record in batch if record is not None):
                    yield records
                if None in batch:
                    raise WorkerLost(job.id)
                if isinstance(batch[-1], JobDone):
                    return
        finally:
            child.waiting.pop(job.id, None)

    async def kill(self) -> None:
        """End the worker and its children at once; every job under way is lost."""
        children = (*self._retired, self._child)
        self._retired, self._child = [], None
        await asyncio.gather(*(child.kill() for child in children if child))

    async def close(self) -> None:
        """Ask the worker to end by closing its stdin; kill it when it does not within seconds."""
        children = (*self._retired, self._child)
        self._retired, self._child = [], None
        await asyncio.gather(*(child.close() for child in children if child))

    async def _alive(self) -> _Child:
        async with self._starting:
            await self._rest()
            if self._child is None or not self._child.alive:
                if self._child is not None:
                    await self._child.kill()
                self._child = _Child(await self._start())
            return self._child

    async def _rest(self) -> None:
        """Retire the worker if it has worked enough, and close those that were retired and have ended their jobs."""
        if self._child and self._child.alive and (why := self._child.tired(self._recycling)):
            _log.info("the crawl worker is replaced after %s", why)
            self._retired.append(self._child)
            self._child = None
            self.recycled += 1
        idle = [child for child in self._retired if not child.waiting]
        self._retired = [child for child in self._retired if child.waiting]
        await asyncio.gather(*(child.close() for child in idle))

    async def _start(self) -> Process:
        first, self._first = self._first, None
        return first if first is not None and first.returncode is None else await start(self._command)


def resident_megabytes(pid: int | str = "self") -> float:
    """The memory that a process holds, from Linux's /proc; 0 where there is none, or no such process."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _some(queue: _Queue) -> list[CrawlRecord | None]:
    batch = [await queue.get()]
    while len(batch) < _BATCH and not queue.empty():
        batch.append(queue.get_nowait())
    return batch
