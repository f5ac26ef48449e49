"""The supervision of the crawl worker, against real child processes that answer, die, hang or talk nonsense."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest

from prrwatch.crawl import Job, JobDone, Policy
from prrwatch.source import Kind, Source, Way, WayKind
from scheduler.worker import CrawlWorker, WorkerLost

SOURCE = Source(
    id="a",
    name="A",
    publisher="A",
    kind=Kind.MEDIA,
    homepage="https://a.example/",
    languages=("en",),
    every=timedelta(hours=1),
    tier=1,
    article="x",
    ways=(Way(WayKind.FEED, "https://a.example/feed"),),
)
ANSWERS = """
import sys
from datetime import UTC, datetime
from prrwatch import wire
from prrwatch.crawl import JobDone
for line in sys.stdin:
    job = wire.decode_job(line)
    now = datetime.now(UTC)
    print(wire.encode(JobDone(job.id, job.source.id, now, now, 1, 2)), flush=True)
"""


def worker(script: str) -> CrawlWorker:
    return CrawlWorker([sys.executable, "-c", script])


def job(name: str) -> Job:
    return Job(id=name, source=SOURCE, policy=Policy("c"), known=frozenset({"k"}))


async def done(crawl: CrawlWorker, name: str) -> JobDone:
    batches = [batch async for batch in crawl.batches(job(name))]
    last = batches[-1][-1]
    assert isinstance(last, JobDone)
    return last


async def test_several_jobs_in_one_life_each_get_their_own_records():
    crawl = worker(ANSWERS)
    ends = await asyncio.gather(*(done(crawl, name) for name in ("one", "two", "three")))
    pid = crawl.pid
    assert [end.job for end in ends] == ["one", "two", "three"]
    assert (await done(crawl, "four")).job == "four"
    assert crawl.pid == pid
    await crawl.close()
    assert crawl.pid is None


@pytest.mark.parametrize(
    "script",
    ["import sys; sys.stdin.readline()", "import sys; sys.stdin.readline(); print('hello'); sys.stdin.read()"],
    ids=["dies", "talks nonsense"],
)
async def test_a_worker_that_fails_loses_the_job_and_the_next_job_gets_a_new_one(script: str):
    crawl = worker(script)
    for name in ("one", "two"):
        with pytest.raises(WorkerLost):
            await done(crawl, name)
    await crawl.close()


async def test_a_killed_worker_is_replaced():
    crawl = worker(ANSWERS)
    await done(crawl, "one")
    assert crawl.pid
    os.kill(crawl.pid, signal.SIGKILL)
    with pytest.raises(WorkerLost):
        while True:  # the death is noticed within a job or two, never silently
            await done(crawl, "two")
    assert (await done(crawl, "three")).job == "three"
    await crawl.close()


async def test_a_hanging_worker_can_be_killed():
    crawl = worker("import time; time.sleep(600)")
    waiting = asyncio.create_task(done(crawl, "one"))
    while crawl.pid is None:
        await asyncio.sleep(0)
    await crawl.kill()
    with pytest.raises(WorkerLost):
        await waiting
