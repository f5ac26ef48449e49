"""Beginning and end of the worker: what it leaves behind is nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import psutil
import pytest

from crawler.options import limits_of
from crawler.settings import SETTINGS
from crawler.worker import _Worker, hosts_of, startable
from prrwatch import wire
from prrwatch.crawl import JobDone


def family(pid: int) -> list[psutil.Process]:
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def done(worker):
    """The ids of the jobs that it has ended."""
    return {record.job for queue in worker._records.values() for record in queue.queue if isinstance(record, JobDone)}


def hang(site, kit, worker):
    """Let the worker wait for an article that never comes; the job's id.

    One with a short time limit may need more than one job until it comes so far on a slow machine.
    """
    asked = threading.Event()
    way = kit.serve_feed(site, "never")
    site.pages["/news/never"] = lambda _: asked.set() or time.sleep(60)
    for _ in range(30):
        job = kit.job(way, timeout=50.0)
        worker.give(job)
        while not asked.wait(0.02):
            if job.id in done(worker):
                break
        else:
            return job.id
    return pytest.fail("no job came as far as its article")


def assert_gone(processes):
    """The worker left nothing behind."""
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []


@pytest.mark.long
def test_a_life_that_ends_with_its_parents(site, kit):
    """One worker, several tests: starting it takes seconds."""
    worker = kit.Worker()
    way = kit.serve_feed(site, "one", "two", "three")
    assert len(worker.do(kit.job(way)).fetched) == 3
    for process in family(worker.process.pid)[1:]:
        if "resource_tracker" not in " ".join(process.cmdline()):
            process.kill()
    assert len(worker.do(kit.job(way)).fetched) == 3, "its reading processes and their server were killed"
    hanging = hang(site, kit, worker)
    processes = family(worker.process.pid)
    assert len(processes) >= 3, "the worker, the server of its reading processes, and at least one of those"
    listening = [each for process in processes for each in process.net_connections() if each.status == "LISTEN"]
    assert listening == [], "no telnet console, no remote control"
    worker.process.stdin.close()  # what a parent that was killed leaves behind
    assert worker.process.wait(30) == 0
    assert_gone(processes)
    worker.close()
    assert hanging not in done(worker)
    assert [line for line in worker.errors if "started anew" not in line] == []


@pytest.mark.long
def test_a_life_that_is_short_and_ends_with_sigkill(site, kit):
    worker = kit.Worker("--job-seconds", "1", "--jobs", "1")
    done = worker.do(kit.job(kit.serve_feed(site, *"abcdefgh"), delay=0.3))
    assert "time limit" in done.end.cut_short
    assert len(done.fetched) < 8
    attributes = " ".join(f"attribute{number}=x" for number in range(100_000))
    site.pages["/list"] = kit.Page(f"<html><body><p {attributes}>x</p></body></html>".encode(), headers=kit.HTML)
    way = kit.listing(f"{site.url}/list", items="li")
    stuck = worker.do(kit.job(way, timeout=1.0, max_bytes=5_000_000))
    assert (stuck.ways, stuck.end.cut_short) == ([], "time limit of the job"), "stopped while a page was being read"
    hang(site, kit, worker)
    processes = family(worker.process.pid)
    worker.process.kill()
    assert_gone(processes)
    worker.close()


async def test_a_line_that_is_no_job_ends_it_loudly():
    worker = _Worker(process=None, limits=limits_of([]))
    worker._take(b"\n")
    assert not worker._ending.is_set()
    worker._take(b'{"Nonsense": {}}\n')
    assert worker._ending.is_set()
    assert isinstance(worker._error, wire.WireError)


def test_which_jobs_may_start(kit):
    a1, a2 = (kit.job(kit.feed("http://a.example/x"), homepage="http://a.example/") for _ in range(2))
    ab = kit.job(kit.feed("http://b.example/x"), homepage="http://a.example/")
    b, c = (kit.job(kit.feed(f"http://{n}.example:81/x"), homepage=f"http://{n}.example:81/") for n in "bc")
    assert startable([a1, a2, b, c], (), 9) == (a1, b, c)
    assert startable([a1, a2, b, c], (), 2) == (a1, b)
    assert startable([ab, a1, b], hosts_of(a1.source), 9) == (b,)
    only_b = kit.job(kit.feed("http://b.example/y"), homepage="http://b.example/")
    assert startable([ab, only_b], ("a.example",), 9) == (), "who waits for two hosts is not overtaken for ever"


def test_importing_the_package_is_light():
    code = (
        "import sys, json, crawler; print(json.dumps([m for m in sys.modules if m in ('scrapy', 'twisted', 'lxml')]))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(shown.stdout) == []


def test_the_doors_that_scrapy_leaves_open_are_shut():
    assert SETTINGS["REMOTE_CONTROL_ENABLED"] is False
    assert SETTINGS["TELNETCONSOLE_ENABLED"] is False
    assert SETTINGS["EXTENSIONS_BASE"] == {}
    assert set(SETTINGS["DOWNLOAD_HANDLERS"]) == {"http", "https"}
    assert SETTINGS["DOWNLOAD_HANDLERS_BASE"] == {}
