"""The crawl worker as the daemon runs it: jobs in, records out."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import psutil

from prrwatch import wire
from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, Policy, Unreadable
from prrwatch.document import Document, Item
from prrwatch.source import Kind, Source, Way, WayKind
from prrwatch.urls import key

_POLICY = Policy("mailto:bench@example.org", allow_private_hosts=("127.0.0.0/8",), delay=0.0, max_pages=100_000)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What came of it. Seconds from the first job to the last record, everything being warm."""

    documents: tuple[Document, ...]
    unreadable: tuple[Unreadable, ...]
    seconds: float
    cpu: float  #: seconds of all its processes

    @property
    def speed(self) -> float:
        """Pages per second, those that hold no article included."""
        return self.pages / self.seconds

    @property
    def milliseconds(self) -> float:
        """Of CPU a page, all processes together."""
        return self.cpu / self.pages * 1000

    @property
    def pages(self) -> int:
        return len(self.documents) + len(self.unreadable)


def crawl(urls: Sequence[str], warming: Sequence[str]) -> Crawled:
    """All `urls`, a job a host, in a worker that has read `warming` before."""
    command = [sys.executable, "-m", "crawler", "--rules", "built-in"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        list(_records(worker, _jobs(warming, "warming")))
        started, before = time.perf_counter(), _cpu(worker)
        lines = list(_records(worker, _jobs(urls, "measured")))
        seconds, cpu = time.perf_counter() - started, _cpu(worker) - before
        assert worker.stdin is not None
        worker.stdin.close()
    records = [wire.decode_record(line, body) for line, body in lines]
    return Crawled(
        tuple(_documents(records)), tuple(each for each in records if isinstance(each, Unreadable)), seconds, cpu
    )


def _cpu(worker: subprocess.Popen[bytes]) -> float:
    top = psutil.Process(worker.pid)
    times = [each.cpu_times() for each in (top, *top.children(recursive=True))]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def _documents(records: Iterable[CrawlRecord]) -> Iterator[Document]:
    return (record.document for record in records if isinstance(record, Fetched))


def _records(worker: subprocess.Popen[bytes], jobs: Sequence[Job]) -> Iterator[tuple[bytes, bytes]]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    for job in jobs:
        worker.stdin.write(wire.encoded(job))
    worker.stdin.flush()
    left = len(jobs)
    while left:
        line = worker.stdout.readline()
        left -= line.startswith(b'{"%b":' % JobDone.__name__.encode())
        yield line, worker.stdout.read(wire.behind(line))


def _jobs(urls: Sequence[str], name: str) -> list[Job]:
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(url.split("/")[2], []).append(url)
    return [
        Job(f"{name}-{host}", source(host), _POLICY, carry=tuple(Item(url, key(url)) for url in own))
        for host, own in by_host.items()
    ]


def source(host: str) -> Source:
    """The articles are those that an earlier pass left over; the feed lists nothing."""
    home = f"http://{host}/"
    ways = (Way(WayKind.FEED, f"{home}feed.xml"),)
    day = timedelta(days=1)
    return Source(host, host, host, Kind.MEDIA, home, (), day, 3, "/page/", ways)
