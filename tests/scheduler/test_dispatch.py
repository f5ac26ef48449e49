"""Which passes run side by side, and what becomes of one whose worker dies, hangs or talks nonsense."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from prrwatch.crawl import CrawlRecord, Job, JobDone, WayRead
from prrwatch.health import State
from prrwatch.urls import hosts_of
from scheduler import clock
from scheduler.dispatch import Dispatch
from scheduler.worker import CrawlWorker, WorkerLost
from storage import health, jobs, runs


class Hands:
    """Stands for the crawl worker: each job waits until the test lets it end, in the way that the test says."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.together: set[frozenset[str]] = set()
        self.endings: dict[str, asyncio.Future[None]] = {}

    async def batches(self, job: Job) -> AsyncGenerator[tuple[CrawlRecord, ...], None]:
        name, now = job.source.id, clock.now()
        self.begun.append(name)
        self.endings[name] = asyncio.get_running_loop().create_future()
        self.together.add(frozenset(self.endings))
        try:
            yield (WayRead(job.id, name, 0, job.source.ways[0].url, now, unchanged=True),)
            await self.endings[name]
        finally:
            del self.endings[name]
        yield (JobDone(job.id, name, now, clock.now(), 1, 0),)

    def let(self, name: str) -> None:
        self.endings[name].set_result(None)

    def lose(self, name: str, error: Exception) -> None:
        self.endings[name].set_exception(error)

    async def kill(self) -> None:
        for ending in self.endings.values():
            if not ending.done():
                ending.set_exception(WorkerLost())


@pytest.fixture
def hands() -> Hands:
    return Hands()


async def test_hosts_are_never_read_side_by_side(house, hands, eventually):
    with house(a1="a.example", a2="a.example", a3="A.example:443", b="b.example") as parts:
        sources = parts.walk.sources.values()
        dispatch = Dispatch(parts.walk, hands)
        for first, second in (("a1", "a2"), ("a2", "a3"), ("a3", None)):
            dispatch.start(source for source in sources if source.id not in hands.begun)
            await eventually(lambda first=first: first in hands.endings)
            assert second not in hands.endings
            hands.let(first)
            await eventually(lambda first=first: first not in dispatch.running)
        hands.let("b")
        await eventually(lambda: not dispatch.running)
    by_host = {source.id: hosts_of(source) for source in sources}
    for together in hands.together:
        taken = [host for name in together for host in by_host[name]]
        assert len(taken) == len(set(taken))
    assert sorted(hands.begun) == ["a1", "a2", "a3", "b"]


async def test_a_source_has_one_pass_at_a_time_and_a_way_elsewhere_counts(house, hands, eventually):
    with house(a="a.example", b="b.example") as parts:
        a, b = parts.walk.sources.values()
        dispatch = Dispatch(parts.walk, hands)
        for _ in range(3):
            dispatch.start([a, a])
        await eventually(lambda: hands.endings)
        assert (hands.begun, dispatch.running) == (["a"], {"a"})
        assert hosts_of(a) == {"a.example"}
        assert not hosts_of(a) & hosts_of(b)
        hands.let("a")
        await eventually(lambda: not dispatch.running)
        dispatch.start([a])
        await eventually(lambda: hands.begun == ["a", "a"])
        await dispatch.stop()


async def test_only_so_many_at_once_and_the_rest_in_their_turn(house, hands, eventually):
    with house(**{f"s{n}": f"s{n}.example" for n in range(20)}) as parts:
        dispatch = Dispatch(parts.walk, hands)
        dispatch.start(parts.walk.sources.values())
        await eventually(lambda: len(hands.begun) == 16)
        dispatch.start(parts.walk.sources.values())
        assert len(dispatch.running) == 16
        for name in tuple(hands.endings):
            hands.let(name)
        await eventually(lambda: not dispatch.running)
        dispatch.start(source for source in parts.walk.sources.values() if source.id not in hands.begun)
        await eventually(lambda: len(hands.begun) == 20)
        await dispatch.stop()
        assert not dispatch.running


async def test_a_pass_that_crashes_surfaces(house, hands, eventually):
    with house(a="a.example", b="b.example") as parts:
        dispatch = Dispatch(parts.walk, hands)
        dispatch.start(parts.walk.sources.values())
        await eventually(lambda: len(hands.endings) == 2)
        dispatch.raise_failure()
        hands.lose("a", ZeroDivisionError("a mistake of ours"))
        await dispatch.wait()
        await eventually(lambda: dispatch.running == {"b"})
        with pytest.raises(ZeroDivisionError):
            dispatch.raise_failure()
        await dispatch.stop()


async def test_a_lost_pass_is_begun_again_and_what_was_filed_stays(house, hands, eventually):
    with house(a="a.example") as parts:
        dispatch = Dispatch(parts.walk, hands)
        dispatch.start(parts.walk.sources.values())
        for attempt in (1, 2, 3):
            await eventually(lambda attempt=attempt: len(hands.begun) == attempt and hands.endings)
            if attempt < 3:
                hands.lose("a", WorkerLost())
                await eventually(lambda attempt=attempt: len(hands.begun) > attempt)
        hands.let("a")
        await eventually(lambda: not dispatch.running)
        dispatch.raise_failure()
        assert _state(parts) is State.OK


@pytest.mark.parametrize(
    ("script", "limit", "why"),
    [
        ("import sys; sys.stdin.readline()", 60, "the crawl worker was lost"),
        ("import sys; sys.stdin.readline(); print('{}'); sys.stdin.read()", 60, "the crawl worker was lost"),
        ("import time; time.sleep(600)", 0.3, "not done within"),
    ],
    ids=["dies", "talks nonsense", "hangs"],
)
async def test_after_three_losses_the_pass_is_filed_as_failed(house, script, limit, why, eventually):
    with house(a="a.example") as parts:
        worker = CrawlWorker([sys.executable, "-c", script])
        dispatch = Dispatch(parts.walk, worker, timedelta(seconds=limit))
        dispatch.start(parts.walk.sources.values())
        await eventually(lambda: not dispatch.running)
        dispatch.raise_failure()
        await worker.close()
        found = health.health(parts.walk.store, "a")
        assert (found.state, found.failures) == (State.BROKEN, 1)
        assert why in found.ways[0].detail
        assert len(runs.latest(parts.walk.store)) == 3
        assert jobs.histories(parts.walk.store, ["a"])["a"].last_ended, "and it is not begun again at once"


def _state(parts) -> State:
    found = health.health(parts.walk.store, "a")
    return found.state
