"""Starting the crawl worker: light to import, so that it can load Scrapy while we load the rest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

#: A fuse: what is read from the web is bounded where that is done.
_LONGEST_LINE = 512 * 1024 * 1024


async def start(command: Sequence[str]) -> Process:
    """The worker as a child process, with pipes to its stdin and from its stdout."""
    # A session of its own: Ctrl-C is the parent's to handle; and one kill reaches the whole group.
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE, start_new_session=True
    )


def kill_group(process: Process) -> None:
    """End the worker and its children at once."""
    # The group outlives its leader while an extraction child does, so it is killed even when the leader has gone.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


@asynccontextmanager
async def ahead(command: Sequence[str]) -> AsyncIterator[Process]:
    """A worker started before anybody has work for it; killed at the end if nobody has closed it."""
    process = await start(command)
    try:
        yield process
    finally:
        if process.returncode is None:
            kill_group(process)
            await process.wait()
