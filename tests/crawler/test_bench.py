"""The reading processes: limited in time and memory, replaced when they die."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import psutil
import pytest

from crawler.bench import Bench, Broken
from prrwatch.crawl import Reason

MEMORY = 300 * 1024 * 1024


@pytest.fixture
async def bench():
    one = Bench(seconds=1.0, memory=MEMORY)
    yield one
    one.close()


async def test_results_and_errors_come_back(bench):
    assert await bench.call(int, "7") == 7
    outcome = await bench.call(int, "seven")
    assert outcome.reason is Reason.MALFORMED
    assert "invalid literal" in outcome.detail


async def test_a_task_that_hangs_is_killed_and_the_others_are_unharmed(bench):
    hanging = asyncio.ensure_future(bench.call(time.sleep, 60))
    assert [await bench.call(abs, -number) for number in range(20)] == list(range(20))
    assert await hanging == Broken(Reason.TIMEOUT, "not read within 1 s")
    assert await bench.call(abs, -1) == 1


async def test_memory_is_limited(bench):
    outcome = await bench.call(bytes, 2 * MEMORY)
    assert (type(outcome), outcome.reason) == (Broken, Reason.TOO_LARGE)
    assert await bench.call(abs, -1) == 1


async def test_a_task_that_kills_its_process_is_given_up_after_three(bench):
    outcome = await bench.call(os._exit, 3)
    assert (type(outcome), outcome.reason) == (Broken, Reason.TOO_LARGE)
    assert await bench.call(abs, -1) == 1


async def test_processes_killed_from_outside_are_replaced(bench):
    first = await bench.call(os.getpid)
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=5)
    pids = {await bench.call(os.getpid) for _ in range(5)}
    assert first not in pids
    working = asyncio.ensure_future(bench.call(time.sleep, 0.5))
    await asyncio.sleep(0.1)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert await working is None
