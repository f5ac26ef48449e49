"""The worker's two pipes: jobs in on stdin, records out on stdout, and nothing else ever on either."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import stat
import sys
from collections.abc import Callable
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
    """Writes records. `say` returns when all of one is out, so a slow reader slows the crawls down."""

    def __init__(self, descriptor: int, reader_gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._reader_gone = reader_gone
        self._turn = asyncio.Lock()
        self._rest = memoryview(b"")  #: of the record under way
        # What waits must not hold up the crawls. A terminal is left as it is: others write to it, too.
        os.set_blocking(descriptor, not stat.S_ISFIFO(os.fstat(descriptor).st_mode))

    async def say(self, record: CrawlRecord) -> None:
        """Out with it, after all that was said before."""
        message = memoryview(wire.encoded(record))
        try:
            async with self._turn:
                await self._out()  # what is left of one that was given up
                self._rest = message
                await self._out()
        except BrokenPipeError:
            self._rest = memoryview(b"")
            self._reader_gone()

    def close(self) -> None:
        """Wait until the record under way is whole."""
        os.set_blocking(self._descriptor, True)
        with suppress(BrokenPipeError):
            while self._rest:
                self._write()

    async def _out(self) -> None:
        while self._rest:
            try:
                self._write()
            except BlockingIOError:
                await self._room()

    def _write(self) -> None:
        self._rest = self._rest[os.write(self._descriptor, self._rest) :]

    async def _room(self) -> None:
        """Until the reader has taken something, or has gone."""
        loop, room = asyncio.get_running_loop(), asyncio.Event()
        loop.add_writer(self._descriptor, room.set)
        try:
            await room.wait()
        finally:
            loop.remove_writer(self._descriptor)


def read_lines(pipe: BinaryIO, each: Callable[[bytes], None], ended: Callable[[], None]) -> None:
    """Call `each` with every line of `pipe` and then `ended`, both in the running loop's thread."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in pipe:
            loop.call_soon_threadsafe(each, line)
        loop.call_soon_threadsafe(ended)

    Thread(target=read, name="jobs", daemon=True).start()
