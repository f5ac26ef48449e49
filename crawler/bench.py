"""The processes in which pages are read: fed bytes, limited in time and memory, killed when they hang.

One hostile table costs an HTML parser 13 s and a PDF of 666 bytes hangs pypdfium2 for ever (measured); neither can be
interrupted from within, so neither may happen in the process that keeps the clocks.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import itertools
import logging
import multiprocessing
import os
import pickle
import resource
import signal
import socket
import struct
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

from crawler.reading import gate
from prrwatch.crawl import Reason

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_CALLS_PER_PROCESS = 400  #: then a fresh one: parsers written in C leak
_PR_SET_PDEATHSIG = 1
_YOUNG = 20_000  #: new objects between two looks of the garbage collector; a page makes many that go with it
#: Of processes that were given the same bytes: two that somebody killed, which shows late on a busy machine, and one
#: that the bytes killed.
_MOST_DEATHS = 3
_LONGEST_START = 120.0  #: seconds; loading the readers takes three, on a busy machine many
_SIZE = struct.Struct("!i")  #: before each message, as `multiprocessing.connection` has it


@dataclass(frozen=True, slots=True)
class Broken:
    """The bytes could not be read within their limits; they never will be."""

    reason: Reason
    detail: str


_DIED = object()  #: the outcome of a call whose process went away
_FORKS = multiprocessing.get_context("forkserver")


def start_loading(rules: str | None = None) -> None:
    """Begin to load the readers in the background, so that the first page does not wait for it.

    They are loaded once, in the server that the processes are forked from: a fresh process costs milliseconds, not 2 s.
    `rules`: see `crawler.options.Limits`.
    """
    gate.choose(rules)
    # A BLAS that starts a thread per core takes address space for each, and a server that forks must not have threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _FORKS.set_forkserver_preload(["crawler.reading.warm"])
    forkserver.ensure_running()


def unload() -> None:
    """Give back the memory of the loaded readers; for after the last `Bench` was closed. The next one loads them anew.

    A daemon that once read pages again would else keep their 180 MB for as long as it lives.
    """
    # Only the server itself knows how it is ended; `ensure_running` starts another one where that is wanted.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - typeshed leaves it out


class Bench:
    """A few seats, each with one process that calls pure functions. To be made in a running loop; must be closed."""

    def __init__(self, seconds: float, memory: int, processes: int = 2) -> None:
        self._seconds = seconds
        self._memory = memory
        self._seats: set[_Seat] = set()
        self._free: asyncio.Queue[_Seat] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        for _ in range(processes):
            self._start(self._open())

    async def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Broken:
        """`function(*args)` in one of the processes. An exception of it is logged and told as malformed bytes.

        When a process dies, others are given the same bytes, for somebody else may have killed it.
        """
        asked = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        for _ in range(_MOST_DEATHS):
            outcome = await self._once(asked)
            if outcome is not _DIED:
                return cast("_T | Broken", outcome)
        return Broken(Reason.TOO_LARGE, f"{_MOST_DEATHS} processes that read it died")

    def close(self) -> None:
        """End the processes at once."""
        for task in self._tasks:
            task.cancel()
        for seat in self._seats:
            seat.end()

    async def _once(self, asked: bytes) -> object:
        seat = await self._free.get()
        try:
            return await self._in(seat, asked)
        finally:  # also when the call is given up
            if seat.is_spent:
                self._start(self._replace(seat))
            else:
                self._free.put_nowait(seat)

    async def _in(self, seat: _Seat, asked: bytes) -> object:
        try:
            async with asyncio.timeout(self._seconds):
                kind, outcome = pickle.loads(await seat.answer(asked))  # noqa: S301 - of our own process
        except TimeoutError:
            return Broken(Reason.TIMEOUT, f"not read within {self._seconds:g} s")
        except (OSError, EOFError):
            return _DIED
        match kind:
            case "result":
                return outcome
            case "memory":
                return Broken(Reason.TOO_LARGE, f"not read within {self._memory // 1024**2} MiB of memory")
            case _:
                return _unforeseen(*outcome)

    async def _replace(self, seat: _Seat) -> None:
        if not seat.is_old:
            _log.info("a process that reads pages is replaced")
        self._seats.discard(seat)
        seat.end()
        await self._open()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self) -> None:
        """Start a process, outside of the loop's thread: forking waits until the server has loaded the readers."""
        for failures in itertools.count():
            try:
                async with asyncio.timeout(_LONGEST_START):
                    seat = await _Seat.opened(self._memory)
            except (OSError, EOFError, RuntimeError) as error:  # TimeoutError is an OSError
                # The server that they are forked from may just have been killed; it is started anew.
                level = logging.WARNING if failures else logging.INFO
                _log.log(level, "a process that reads pages does not start: %r", error)
                await asyncio.sleep(1)
            else:
                self._seats.add(seat)
                self._free.put_nowait(seat)
                return


class _Seat:
    """One process and the line to it. Pipes and locks are shared with no other: a kill harms one seat."""

    def __init__(self, process: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._calls = 0
        self.is_spent = False  #: not to be called again

    @classmethod
    async def opened(cls, memory: int) -> _Seat:
        """Returns once it works. Raises OSError or EOFError when it does not."""
        ours, theirs = multiprocessing.Pipe()
        with ours, theirs:
            process = _FORKS.Process(target=_serve, args=(theirs, memory), daemon=True)
            await asyncio.to_thread(process.start)
            line = socket.socket(fileno=os.dup(ours.fileno()))
        seat = cls(process, *await asyncio.open_connection(sock=line))
        try:
            await seat.answer(pickle.dumps((abs, (0,), {})))
        except BaseException:
            seat.end()
            raise
        return seat

    @property
    def is_old(self) -> bool:
        """Whether it has had its calls."""
        return self._calls >= _CALLS_PER_PROCESS

    async def answer(self, asked: bytes) -> bytes:
        """What it answers. Raises OSError or EOFError when it died; cancelled or not answered, the seat is spent."""
        self.is_spent = True
        self._writer.writelines((_SIZE.pack(len(asked)), asked))
        await self._writer.drain()
        (size,) = _SIZE.unpack(await self._reader.readexactly(_SIZE.size))
        answer = await self._reader.readexactly(size)
        self._calls += 1
        self.is_spent = self.is_old
        return answer

    def end(self) -> None:
        """Kill the process, which may hang in C."""
        self._writer.close()
        self._process.kill()


def _unforeseen(name: str, words: str, trace: str) -> Broken:
    """What a reader did not foresee in one page must neither take the others down nor pass unseen."""
    _log.error("%s failed on a page\n%s", name, trace)
    return Broken(Reason.MALFORMED, f"the reader failed: {words}")


def _serve(line: Connection, memory: int) -> None:
    """The life of a reading process: ends when the line does."""
    _confine(memory)
    while True:
        try:
            line.send_bytes(_answered(line.recv_bytes()))
        except (EOFError, OSError):
            return


def _answered(asked: bytes) -> bytes:
    name = ""
    try:
        function, args, kwargs = pickle.loads(asked)  # noqa: S301 - of our own parent
        name = getattr(function, "__name__", "")
        return pickle.dumps(("result", function(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("memory", None))
    except Exception as error:  # noqa: BLE001 - the outermost shell around readers of hostile bytes
        words = f"{type(error).__name__}: {str(error)[:200]}"
        return pickle.dumps(("error", (name, words, traceback.format_exc()[-5000:])))


def _confine(memory: int) -> None:
    """In the child: die with the parent, take at most `memory` bytes beyond what the libraries have, dump no core."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _let_go_of_the_server()
    gc.set_threshold(_YOUNG, 20, 20)
    used = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _let_go_of_the_server() -> None:
    """Close this process's share of the pipe that keeps the fork server alive.

    The server ends when the last holder of that pipe has gone, and this process ends with the server: a process that
    hangs in C would otherwise keep both alive after the worker was killed.
    """
    server: Any = forkserver._forkserver  # noqa: SLF001 - there is no public way
    alive: int | None = server._forkserver_alive_fd  # noqa: SLF001 - as above
    if alive is not None:
        os.close(alive)
        server._forkserver_alive_fd = None  # noqa: SLF001 - as above


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 - no path to speak of
        return int(pages.read().split()[0]) * os.sysconf("SC_PAGESIZE")
