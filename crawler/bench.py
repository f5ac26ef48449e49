"""The processes in which pages are read: fed bytes, limited in time and memory, killed when they hang.

One hostile table costs an HTML parser 13 s and a PDF of 666 bytes hangs pypdfium2 for ever (measured); neither can be
interrupted from within, so neither may happen in the process that keeps the clocks.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from multiprocessing import forkserver
from threading import Thread
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.reading import gate
from prrwatch.crawl import Reason

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_TASKS_PER_PROCESS = 200  #: then a fresh one: parsers written in C leak
_PR_SET_PDEATHSIG = 1
#: Beyond a call's own limit: one that has not come back by then is lost, say with a process killed in mid-answer.
#: pebble asks a process to end for 3 s before it kills it, and one that hangs in C does not hear.
_MARGIN = 10.0
_LOOK = 0.2
_YOUNG = 20_000  #: new objects between two looks of the garbage collector; a page makes many that go with it
_MOST_DEATHS = 2  #: of processes at work on the same bytes
_MOST_SEATS = 6  #: tried for the same bytes; some may have died unnoticed while they waited
_LONGEST_START = 120.0  #: seconds; loading the readers takes three, on a busy machine many


@dataclass(frozen=True, slots=True)
class Broken:
    """The bytes could not be read within their limits; they never will be."""

    reason: Reason
    detail: str


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
    """A few seats, each with one process that calls pure functions. To be made in a running loop; must be closed.

    Each seat is a pool of its own: processes that share a pool share its lock and pipe, and one that is killed while it
    holds them takes the others with it (measured: a crawl stood still after six such kills).
    """

    def __init__(self, seconds: float, memory: int, processes: int = 2) -> None:
        self._seconds = seconds
        self._memory = memory
        self._seats: set[ProcessPool] = set()
        self._free: asyncio.Queue[ProcessPool] = asyncio.Queue()
        self._opening: set[asyncio.Task[None]] = set()
        for _ in range(processes):
            self._open_another()

    async def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Broken:
        """`function(*args)` in one of the processes. An exception of it is logged and told as malformed bytes.

        A process that dies is given a second chance with the same bytes, for somebody else may have killed it.
        """
        deaths: list[str] = []
        for _ in range(_MOST_SEATS):
            outcome = await self._once(function, *args, **kwargs)
            if not isinstance(outcome, _Died):
                return outcome
            deaths += [outcome.detail] if outcome.at_work else []
            if len(deaths) == _MOST_DEATHS:
                break
        return Broken(Reason.TOO_LARGE, f"the process that read it died: {', '.join(deaths) or 'before it began'}")

    def close(self) -> None:
        """End the processes at once."""
        for task in self._opening:
            task.cancel()
        for seat in self._seats:
            _end(seat)

    async def _once(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Broken | _Died:
        seat = await self._free.get()
        outcome: _T | Broken | _Died = _Died("the call was given up", at_work=False)
        try:
            outcome = await self._in(seat, function, *args, **kwargs)
        finally:
            if isinstance(outcome, _Died):
                self._replace(seat)
            else:
                self._free.put_nowait(seat)
        return outcome

    async def _in(
        self, seat: ProcessPool, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T | Broken | _Died:
        try:
            future = seat.schedule(function, args=args, kwargs=kwargs, timeout=self._seconds)
            return await _awaited(future, self._seconds + _MARGIN)
        except TookTooLong:
            return Broken(Reason.TIMEOUT, f"not read within {self._seconds:g} s")
        except MemoryError:
            return Broken(Reason.TOO_LARGE, f"not read within {self._memory // 1024**2} MiB of memory")
        except ProcessExpired as error:
            return _Died(f"exit code {error.exitcode}", at_work=True)
        except Exception as error:  # noqa: BLE001 - the outermost shell around readers of hostile bytes
            # pebble gives up its pool when a process dies between two tasks; else it is the function's own.
            if seat.active and not isinstance(error, _Lost):
                return _unforeseen(function, error)
            return _Died(str(error), at_work=isinstance(error, _Lost))

    def _replace(self, seat: ProcessPool) -> None:
        _log.info("a process that reads pages is replaced")
        self._seats.discard(seat)
        # In a thread of its own, since it waits for threads that may be stuck in a broken pipe.
        Thread(target=_end, args=(seat,), daemon=True).start()
        self._open_another()

    def _open_another(self) -> None:
        task = asyncio.ensure_future(self._open())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self) -> None:
        """Start a process, outside of the loop's thread: forking waits until the server has loaded the readers."""
        while True:
            seat = ProcessPool(1, _TASKS_PER_PROCESS, _confine, (self._memory,), _FORKS)
            self._seats.add(seat)
            try:
                await asyncio.to_thread(_start, seat)
            except (OSError, RuntimeError, ProcessExpired, TookTooLong) as error:
                _log.warning("a process that reads pages does not start: %s", error)
                self._seats.discard(seat)
                Thread(target=_end, args=(seat,), daemon=True).start()
                await asyncio.sleep(1)
            else:
                self._free.put_nowait(seat)
                return


def _start(seat: ProcessPool) -> None:
    first = seat.schedule(abs, args=(0,))
    until = monotonic() + _LONGEST_START
    while not wait({first}, timeout=_LOOK).done:
        if not seat.active or monotonic() > until:  # the bench was closed meanwhile, or nothing moves
            raise TookTooLong
    first.result()


def _end(seat: ProcessPool) -> None:
    seat.stop()  # type: ignore[no-untyped-call]  # pebble is typed in part
    seat.join()


@dataclass(frozen=True, slots=True)
class _Died:
    detail: str
    at_work: bool  #: on these bytes; else before it had begun, or after somebody killed it


class _Lost(Exception):  # noqa: N818 - what happened to the call
    """The call did not come back, and pebble does not know."""


async def _awaited(future: Future[_T], seconds: float) -> _T:
    waiting = asyncio.wrap_future(future)
    try:
        await asyncio.wait({waiting}, timeout=seconds)
    except asyncio.CancelledError:
        waiting.cancel()
        raise
    if not waiting.done() or waiting.cancelled():
        raise _Lost(f"not back after {seconds:g} s")
    return waiting.result()


def _unforeseen(function: Callable[..., object], error: Exception) -> Broken:
    """What a reader did not foresee in one page must neither take the others down nor pass unseen."""
    _log.error("%s failed on a page", getattr(function, "__name__", function), exc_info=error)
    return Broken(Reason.MALFORMED, f"the reader failed: {type(error).__name__}: {str(error)[:200]}")


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
