"""The worker's two pipes: jobs in on stdin, records out on stdout, and nothing else ever on either."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import BinaryIO

from prrwatch import wire
from prrwatch.crawl import CrawlRecord

_log = logging.getLogger(__name__)
_PIPE = 1024 * 1024  #: bytes: a record with its page goes out at once, and not in quarters, each with a wait


def take_over() -> tuple[BinaryIO, int]:
    """The real stdin and stdout, under descriptors of our own.

    What anything else prints, libraries in C and child processes included, goes to stderr from now on; and children
    hold neither pipe open.
    """
    jobs, records = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    with suppress(OSError):  # no pipe, or no leave
        fcntl.fcntl(records, fcntl.F_SETPIPE_SZ, _PIPE)
    return os.fdopen(jobs, "rb"), records


class RecordWriter:
    """Writes one record a line. `say` returns when the line is out, so a slow reader slows the crawls down."""

    def __init__(self, descriptor: int, reader_gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._reader_gone = reader_gone
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")

    async def say(self, record: CrawlRecord) -> None:
        """Out with it, after all that was said before."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._write, record)
        except BrokenPipeError:
            self._reader_gone()

    def close(self) -> None:
        """Wait until the line under way is whole."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _write(self, record: CrawlRecord) -> None:
        rest = memoryview(wire.encoded(record) + b"\n")
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def read_lines(pipe: BinaryIO, each: Callable[[bytes], None], ended: Callable[[], None]) -> None:
    """Call `each` with every line of `pipe` and then `ended`, both in the running loop's thread."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in pipe:
            loop.call_soon_threadsafe(each, line)
        loop.call_soon_threadsafe(ended)

    Thread(target=read, name="jobs", daemon=True).start()
