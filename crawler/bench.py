"""The processes in which pages are read: fed bytes, limited in time and memory, killed when they hang.

One hostile table costs an HTML parser 13 s and a PDF of 666 bytes hangs pypdfium2 for ever (measured); neither can be
interrupted from within, so neither may happen in the process that keeps the clocks.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from prrwatch.crawl import Reason

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_TASKS_PER_PROCESS = 200  #: then a fresh one: parsers written in C leak
_PR_SET_PDEATHSIG = 1
#: Queue and all: a call that has not come back by then is lost, say with a process killed while it held pebble's lock.
_LOST = 300.0


@dataclass(frozen=True, slots=True)
class Broken:
    """The bytes could not be read within their limits; they never will be."""

    reason: Reason
    detail: str


_FORKS = multiprocessing.get_context("forkserver")


def start_loading() -> None:
    """Begin to load the readers in the background, so that the first page does not wait for it.

    They are loaded once, in the server that the processes are forked from: a fresh process costs milliseconds, not 2 s.
    """
    # A BLAS that starts a thread per core takes address space for each, and a server that forks must not have threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _FORKS.set_forkserver_preload(["crawler.reading.warm"])
    forkserver.ensure_running()


class Bench:
    """A few processes that call pure functions. Must be closed."""

    def __init__(self, seconds: float, memory: int, processes: int = 2) -> None:
        self._seconds = seconds
        self._memory = memory
        self._processes = processes
        self._pool = self._fresh()

    async def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Broken:
        """`function(*args)` in one of the processes. An exception of it is logged and told as malformed bytes.

        A process that dies is given a second chance with the same bytes, for somebody else may have killed it.
        """
        outcome = await self._once(function, *args, **kwargs)
        if isinstance(outcome, _Died):
            outcome = await self._once(function, *args, **kwargs)
        if isinstance(outcome, _Died):
            return Broken(Reason.TOO_LARGE, f"the process that read it died twice: {outcome.detail}")
        return outcome

    def close(self) -> None:
        """End the processes at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble is typed in part
        self._pool.join()

    async def _once(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Broken | _Died:
        pool = self._pool
        try:
            return await _awaited(pool.schedule(function, args=args, kwargs=kwargs, timeout=self._seconds))
        except TookTooLong:
            return Broken(Reason.TIMEOUT, f"not read within {self._seconds:g} s")
        except MemoryError:
            return Broken(Reason.TOO_LARGE, f"not read within {self._memory // 1024**2} MiB of memory")
        except ProcessExpired as error:
            return _Died(f"exit code {error.exitcode}")
        except Exception as error:  # noqa: BLE001 - the outermost shell around readers of hostile bytes
            if pool.active and not isinstance(error, _Lost):
                return _unforeseen(function, error)
            # pebble gives up its pool when a process dies between two tasks.
            self._renew(pool)
            return _Died(str(error))

    def _renew(self, dead: ProcessPool) -> None:
        if dead is self._pool:
            _log.warning("the processes that read pages are started anew")
            self._pool = self._fresh()
            dead.stop()  # type: ignore[no-untyped-call]  # pebble is typed in part

    def _fresh(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=_TASKS_PER_PROCESS,
            initializer=_confine,
            initargs=(self._memory,),
            context=_FORKS,
        )


@dataclass(frozen=True, slots=True)
class _Died:
    detail: str


class _Lost(Exception):  # noqa: N818 - what happened to the call
    """The call did not come back, and pebble does not know."""


async def _awaited(future: Future[_T]) -> _T:
    waiting = asyncio.wrap_future(future)
    await asyncio.wait({waiting}, timeout=_LOST)
    if not waiting.done():
        raise _Lost(f"not back after {_LOST:g} s")
    return waiting.result()


def _unforeseen(function: Callable[..., object], error: Exception) -> Broken:
    """What a reader did not foresee in one page must neither take the others down nor pass unseen."""
    _log.error("%s failed on a page", getattr(function, "__name__", function), exc_info=error)
    return Broken(Reason.MALFORMED, f"the reader failed: {type(error).__name__}: {str(error)[:200]}")


def _confine(memory: int) -> None:
    """In the child: die with the parent, take at most `memory` bytes beyond what the libraries have, dump no core."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _let_go_of_the_server()
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
