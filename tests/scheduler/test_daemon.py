"""The daemon's own life: what it does when a tick crashes, when it is told to stop, and when the clock is set back."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from scheduler import clock, daemon
from scheduler.daemon import Daemon
from scheduler.worker import CrawlWorker
from storage import jobs

#: A worker that finds every source unchanged.
ANSWERS = """
import sys
from datetime import UTC, datetime
from prrwatch import wire
from prrwatch.crawl import JobDone, WayRead
for line in sys.stdin:
    job = wire.decode_job(line)
    now = datetime.now(UTC)
    print(wire.encode(WayRead(job.id, job.source.id, 0, job.source.ways[0].url, now, unchanged=True)), flush=True)
    print(wire.encode(JobDone(job.id, job.source.id, now, now, 1, 2)), flush=True)
"""


def started(parts) -> tuple[Daemon, asyncio.Task[None]]:
    running = Daemon(parts.walk, CrawlWorker([sys.executable, "-c", ANSWERS]), parts.delivering)
    return running, asyncio.create_task(running.run())


def read(parts) -> bool:
    return all(each.last_ended for each in jobs.histories(parts.walk.store, parts.walk.sources).values())


def _looks(parts) -> int:
    return parts.walk.store.number("SELECT count(*) FROM runs WHERE ended IS NOT NULL")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_reads_what_is_due_at_once_and_ends_at_a_signal(house, eventually, number):
    with house(a="a.example", b="b.example", c="a.example") as parts:
        _, task = started(parts)
        await eventually(lambda: read(parts))
        os.kill(os.getpid(), number)
        async with asyncio.timeout(10):
            await task


async def test_a_tick_that_crashes_ends_it_with_the_error(house, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(daemon, "open_due", broken)
    with house(a="a.example") as parts, caplog.at_level(logging.CRITICAL):
        _, task = started(parts)
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(10):
                await task
    assert "a tick crashed" in caplog.text


async def test_a_pass_that_crashes_ends_it_with_the_error(house, monkeypatch):
    with house(a="a.example") as parts:
        monkeypatch.setattr(type(parts.walk), "file", lambda *_: 1 / 0)
        _, task = started(parts)
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(10):
                await task


async def test_ticks_go_on_when_the_clock_is_set_back(house, eventually, monkeypatch, caplog):
    monkeypatch.setattr(daemon, "_STALLED", 1.2)
    with house(a="a.example") as parts, caplog.at_level(logging.WARNING):
        running, task = started(parts)
        await eventually(lambda: running._ticked and read(parts))
        with time_machine.travel(clock.now() - timedelta(hours=1), tick=True):
            last = running._ticked
            await eventually(lambda: running._ticked > last + 1)
            again = running._ticked
            await eventually(lambda: running._ticked > again)
            running.stop()
            await task
    assert "the clock was set back" in caplog.text


async def test_ticks_go_on_when_the_clock_is_set_forward_by_half_a_century(house, eventually):
    """A machine without a battery for its clock starts in 1970, and the network sets it right."""
    tomorrow = clock.now() + timedelta(days=1)
    with time_machine.travel(datetime(1970, 1, 2, tzinfo=UTC), tick=True) as traveller, house(a="a.example") as parts:
        running, task = started(parts)
        await eventually(lambda: read(parts))
        traveller.move_to(tomorrow, tick=True)
        await eventually(lambda: _looks(parts) > 1)
        running.stop()
        await task
