"""What the daemon tells of itself: lapses, a heartbeat that means the walk, metrics, a canary, logs, a fresh worker."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
import urllib.request
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from prrwatch import lapses, relevance, settings
from prrwatch.alert import Recipient
from prrwatch.crawl import JobDone, WayRead
from prrwatch.errors import OperatorError, SettingsError
from prrwatch.health import PassHistory
from prrwatch.lapses import LapseKind
from prrwatch.settings import Canary, Recycling
from scheduler import canary, clock, logs, site
from scheduler.canary import Canaries, Flight
from scheduler.demo import Mailbox
from scheduler.demo.exchange import Answer
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.server import Server
from scheduler.metrics import served
from scheduler.vitals import Vitals
from scheduler.worker import CrawlWorker, WorkerLost, _Child, resident_megabytes
from storage import futures, jobs, operations, outbox
from storage.operations import PulseKind

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
_rules = cache(relevance.load_rules)


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    monkeypatch.setattr(relevance, "load_rules", lambda _: _rules())


class Hour:
    """A walk whose clock is moved by hand; its sources are read every hour."""

    def __init__(self, parts, worker=None, **more) -> None:
        self.now = clock.now()
        self.walk = replace(parts.walk, clock=lambda: self.now, **more)
        self.worker = worker or CrawlWorker()

    def vitals(self, heartbeat=None, show=None) -> Vitals:
        return Vitals(self.walk, self.worker, heartbeat, show)

    def histories(self) -> dict[str, PassHistory]:
        return jobs.histories(self.walk.store, self.walk.sources)

    def read(self, *names) -> None:
        for name in names or self.walk.sources:
            source = self.walk.sources[name]
            job = self.walk.job(source)
            way = WayRead(job.id, name, 0, source.ways[0].url, self.now, unchanged=True)
            self.walk.file([way, JobDone(job.id, name, self.now, self.now, 1, 0)])


def test_passes_that_nobody_began_and_passes_that_took_too_long_are_kept(house):
    with house(a="a.example", b="b.example") as parts:
        hour = Hour(parts)
        watch, sources = hour.vitals(), list(hour.walk.sources.values())
        watch.begun(sources, hour.histories(), hour.now)  # never read before: nothing was missed
        hour.read()
        hour.now += timedelta(days=3)
        watch.begun(sources[:1], hour.histories(), hour.now)
        for _ in range(3):
            watch.under_way(sources[1:], hour.histories(), hour.now)
            hour.now += HOUR
        kept = operations.lapses(hour.walk.store, hour.now - timedelta(days=9))
    assert [(each.source, each.kind) for each in kept] == [("b", LapseKind.OVERLAPPED), ("a", LapseKind.MISSED)]
    assert 69 <= kept[1].passes <= 71
    assert 71 <= kept[0].passes <= 73
    assert kept[1].until - kept[1].since >= timedelta(days=2, hours=22)


def test_late_by_less_than_its_own_interval_is_no_lapse(house):
    with house(a="a.example") as parts:
        hour = Hour(parts)
        hour.read()
        [source] = hour.walk.sources.values()
        for late, lapsed in ((timedelta(minutes=110), False), (timedelta(minutes=150), True)):
            found = lapses.lapse(LapseKind.MISSED, source, hour.histories()["a"], hour.now + late)
            assert bool(found) == lapsed
        assert not lapses.complete([source], {}, hour.now), "never read"
        assert lapses.complete([source], hour.histories(), hour.now + HOUR)
        assert not lapses.complete([source], hour.histories(), hour.now + 3 * HOUR)
        assert lapses.lag([source], hour.histories(), hour.now) == timedelta(0)


async def test_the_heartbeat_stops_when_the_walk_stops(house, eventually):
    """Not when the process stops: the ticks go on, and nothing is read any more."""
    with house(a="a.example", b="b.example") as parts, ThreadedLoop() as loop:
        service = Server(loop, lambda _: Answer(200, b"OK", "text/plain"))
        hour = Hour(parts)
        watch = hour.vitals(f"{service.url}/ping/secret")

        async def tick(beats):
            hour.now += 2 * MINUTE
            watch.look(hour.histories(), 0, hour.now)
            if watch._beating:
                await watch._beating
            assert service.count() == beats

        await tick(0)
        hour.read("a")
        await tick(0)  # half a walk is none
        hour.read("b")
        await tick(1)
        await tick(1)  # nothing was read since
        hour.read()
        await tick(2)
        hour.now += 4 * HOUR  # the worker hangs: sources are overdue
        await tick(2)
        hour.read("a")
        await tick(2)
        hour.read("b")
        await tick(3)
        kept = {each.kind: each.detail for each in operations.pulses(hour.walk.store)}
        await watch.stop()
        service.close()
    assert kept == {PulseKind.WALK: "2 sources", PulseKind.HEARTBEAT: "status 200"}


def test_a_message_that_nobody_sends_stops_the_heartbeat(house):
    with house(a="a.example") as parts:
        hour = Hour(parts)
        hour.read()
        watch = hour.vitals()
        assert watch._complete(hour.histories(), hour.now)
        alert = canary.alarms.store_is_back(settings.Operators("ops", 3), hour.now)
        outbox.enqueue(hour.walk.store, [(alert, (Recipient("a@example.org", "a"),))], hour.now)
        assert watch._complete(hour.histories(), hour.now + MINUTE)
        assert not watch._complete(hour.histories(), hour.now + 20 * MINUTE)


async def test_a_heartbeat_that_is_not_taken_is_said_without_its_address(house, caplog):
    with house(a="a.example") as parts, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        hour = Hour(parts)
        hour.read()
        watch = hour.vitals(f"http://127.0.0.1:{nobody.getsockname()[1]}/secret")
        watch.look(hour.histories(), 0, hour.now)
        await watch._beating
    assert "the heartbeat was not taken: URLError" in caplog.text
    assert "secret" not in caplog.text


def test_the_heartbeats_address_is_checked_at_the_start(tmp_path):
    file = tmp_path / "prrwatch.toml"
    file.write_text('[operations]\nheartbeat = "env:BEAT"\n', encoding="utf-8")
    read = settings.load(file)
    assert site.heartbeat(read, {"BEAT": "https://hc.example/x"}) == "https://hc.example/x"
    for value in ({}, {"BEAT": "file:///etc/passwd"}):
        with pytest.raises(SettingsError, match=r"operations\.heartbeat"):
            site.heartbeat(read, value)
    file.write_text('[canary]\nchannel = "nowhere"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"canary\.channel"):
        settings.load(file)


def test_metrics_on_loopback(house):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with house(a="a.example") as parts, served(port) as metrics:
        hour = Hour(parts)
        hour.read()
        hour.vitals(show=metrics.show).look(hour.histories(), 3, hour.now)
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
        with pytest.raises(OperatorError, match="metrics_port"), served(port):
            pass
    shown = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert shown["prrwatch_passes_running"] == "3.0"
    assert shown["prrwatch_backlog_documents"] == shown["prrwatch_lag_seconds"] == "0.0"
    assert 'prrwatch_last_pulse_timestamp_seconds{kind="walk"}' not in shown


async def test_a_canary_travels_from_the_web_to_a_mailbox(house):
    with house(a="a.example") as parts, Mailbox() as mailbox:
        worker = CrawlWorker()
        url, wanted = mailbox.url("ops@example.org"), Canary("ops", HOUR, 60 * timedelta(seconds=1))
        try:
            flight = await canary.fly(parts.walk, worker, url, wanted)
            [mail] = mailbox.mails
            assert mail.message["X-Prrwatch-Id"] == flight.message
            assert flight.name in mail.text
            assert flight.planted < flight.arrived
        finally:
            await worker.close()
        assert len(list(parts.walk.store.query("SELECT 1 FROM documents"))) == 0, "it is nobody's news"


async def test_a_canary_that_nobody_reads_is_lost(house):
    with house(a="a.example") as parts:
        worker = CrawlWorker([sys.executable, "-c", ANSWERS])
        wanted = Canary("ops", HOUR, timedelta(seconds=0.1))
        flight = await canary.fly(parts.walk, worker, "mailto://127.0.0.1:9/?from=a@example.org", wanted)
        await worker.close()
    assert (flight.arrived, flight.stage) == (None, "the crawl did not read it")


def test_a_lost_canary_is_told_once_and_so_is_the_next_that_arrives(house):
    with house(a="a.example") as parts:
        told = replace(parts.walk.settings, operators=settings.Operators("ops", 3))
        walk = replace(parts.walk, settings=told, recipients={"ops": (Recipient("a@example.org", "a"),)})
        canaries = Canaries(walk, CrawlWorker(), "", Canary("ops", HOUR, MINUTE))
        now = clock.now()
        lost = Flight("canary-1", now, None, "", "the crawl did not read it")
        arrived = Flight("canary-2", now, now + MINUTE, "new-abc", "arrived")
        for flight in (arrived, lost, lost, arrived, arrived):
            canaries.land(flight)
        subjects = [each.subject for each in reversed(outbox.listing(walk.store))]
        assert subjects == ["the canary did not arrive", "the canary arrives again"]
        [pulse] = operations.pulses(walk.store)
        assert (pulse.kind, pulse.detail) == (PulseKind.CANARY, "new-abc after 60.0 s")


ANSWERS = """
import sys
from datetime import UTC, datetime
from prrwatch import wire
from prrwatch.crawl import JobDone, Paused
for line in sys.stdin:
    job = wire.decode_job(line)
    now = datetime.now(UTC)
    if job.id == "held":
        held = job
        continue
    print(wire.encode(JobDone(job.id, job.source.id, now, now, 1, 2)), flush=True)
    if job.id == "last":
        print(wire.encode(JobDone("held", job.source.id, now, now, 1, 2)), flush=True)
"""


async def test_a_worker_that_has_worked_enough_is_replaced_and_ends_its_jobs(house):
    with house(a="a.example") as parts:
        [source] = parts.walk.sources.values()
        job = parts.walk.job(source)

        async def done(worker, name):
            return [batch[-1].job async for batch in worker.batches(replace(job, id=name))][-1]

        worker = CrawlWorker([sys.executable, "-c", ANSWERS], Recycling(age=timedelta(seconds=3600)))
        held = asyncio.create_task(done(worker, "held"))
        assert await done(worker, "one") == "one"
        first = worker.pid
        worker._recycling = Recycling(age=timedelta(0))
        assert await done(worker, "two") == "two"
        assert worker.pid != first
        assert worker.recycled == 1
        assert not held.done(), "the retired worker still has a job"
        await worker.kill()
        with pytest.raises(WorkerLost):
            await held
        await worker.close()
        assert worker.pid is None


def test_the_reasons_to_replace_a_worker():
    child = object.__new__(_Child)
    child.pages, child.began = 10, 0.0

    class Process:
        pid = os.getpid()

    child.process = Process()
    assert "10 pages" in child.tired(Recycling(pages=10))
    assert "of work" in child.tired(Recycling(age=timedelta(seconds=1)))
    assert "MB of memory" in child.tired(Recycling(age=timedelta(days=10**5), megabytes=1))
    assert child.tired(Recycling(age=timedelta(days=10**5), megabytes=10**6)) == ""
    assert 10 < resident_megabytes() < 5000
    assert resident_megabytes(2**22 + 1) == 0.0


def test_logs_as_json_name_the_run_and_the_source():
    record = logging.LogRecord("scheduler.x", logging.WARNING, "", 1, "said %s", ("Ж",), None)
    with logs.working_on("osce", "osce-1"):
        inside = json.loads(logs._Json().format(record))
    outside = json.loads(logs._Json().format(record))
    assert (inside["source"], inside["run"], inside["message"]) == ("osce", "osce-1", "said Ж")
    assert inside["level"] == "WARNING"
    assert "source" not in outside


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=3000)])
def test_what_a_clock_that_ran_ahead_planned_is_planned_anew(house, ahead):
    with house(a="a.example", b="b.example") as parts:
        hour = Hour(parts)
        hour.read("a")
        right = hour.now
        hour.now += ahead
        hour.read("b")
        hour.now = right + HOUR
        store = hour.walk.store
        assert jobs.histories(store, ["b"])["b"].last_started > hour.now
        assert futures.set_right(store, hour.now) > 0
        assert jobs.histories(store, ["b"])["b"].last_started == hour.now
        assert jobs.histories(store, ["b"])["b"].due == hour.now, "it is looked at again at once"
        assert futures.set_right(store, hour.now) == 0
        assert jobs.histories(store, ["a"])["a"].last_started == right
