"""The crawl worker as a child process: jobs in, records out. It holds nothing worth keeping, so it may be killed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence

from prrwatch import wire
from prrwatch.crawl import CrawlRecord, Job, JobDone

_log = logging.getLogger(__name__)

#: One line carries one original in base64; `Policy.max_bytes` is the bound that matters, this one is a fuse.
_LONGEST_LINE = 512 * 1024 * 1024
#: Time the worker has to end by itself after its stdin was closed.
_GRACE = 5.0
#: Records filed in one transaction: 100 rows a transaction are 60 times faster than one each.
_BATCH = 100


class WorkerLost(Exception):  # noqa: N818 - what happened, not a mistake: the job is done again
    """The worker died or was killed before the job was done."""


class CrawlWorker:
    """Starts `python -m crawler` when the first job comes, and again when it was lost.

    Several jobs may be under way at once; each gets its own records. Must be closed.
    """

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "crawler")) -> None:
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Queue[CrawlRecord | None]] = {}
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process id of the living worker, else None."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def batches(self, job: Job) -> AsyncGenerator[tuple[CrawlRecord, ...], None]:
        """All records of one job, as many at a time as have come; `JobDone` is the last. Raises `WorkerLost`.

        A fast crawl thus files many in one transaction, and a slow one does not wait for a batch to fill.
        """
        queue: asyncio.Queue[CrawlRecord | None] = asyncio.Queue()
        process = await self._alive()
        self._waiting[job.id] = queue
        try:
            await _send(process, job)
            while True:
                batch = await _some(queue)
                if records := tuple(record for record in batch if record is not None):
                    yield records
                if None in batch:
                    raise WorkerLost(job.id)
                if isinstance(batch[-1], JobDone):
                    return
        finally:
            self._waiting.pop(job.id, None)

    async def kill(self) -> None:
        """End the worker and its children at once; every job under way is lost."""
        if self._process is not None:
            _kill_group(self._process)
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    async def close(self) -> None:
        """Ask the worker to end by closing its stdin; kill it when it does not within seconds."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE)
        await self.kill()

    async def _alive(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None or _ended(self._reader):
                await self.kill()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    limit=_LONGEST_LINE,
                    start_new_session=True,  # Ctrl-C is the parent's to handle; and one kill reaches the whole group
                )
                self._reader = asyncio.create_task(self._read(self._process))
            return self._process

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Hand every line to the job that waits for it, until the worker says no more."""
        stdout = process.stdout
        assert stdout is not None  # noqa: S101 - it was started with a pipe
        try:
            while line := await stdout.readline():
                record = wire.decode_record(line)
                if queue := self._waiting.get(record.job):
                    queue.put_nowait(record)
        except (wire.WireError, ValueError):
            _log.exception("the crawl worker wrote something that is no record; it is killed")
        finally:
            _kill_group(process)
            await process.wait()
            for queue in self._waiting.values():
                queue.put_nowait(None)


async def _send(process: asyncio.subprocess.Process, job: Job) -> None:
    if process.stdin is None:
        raise WorkerLost(job.id)
    try:
        process.stdin.write(wire.encode(job).encode() + b"\n")
        await process.stdin.drain()
    except ConnectionError as error:
        raise WorkerLost(job.id) from error


async def _some(queue: asyncio.Queue[CrawlRecord | None]) -> list[CrawlRecord | None]:
    batch = [await queue.get()]
    while len(batch) < _BATCH and not queue.empty():
        batch.append(queue.get_nowait())
    return batch


def _ended(task: asyncio.Task[None] | None) -> bool:
    return task is not None and task.done()


def _kill_group(process: asyncio.subprocess.Process) -> None:
    # The group outlives its leader while an extraction child does, so it is killed even when the leader has gone.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
