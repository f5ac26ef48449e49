"""What a crawl carries with it: the job it is on, what it has used up of it, and what outlives all jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from aiohttp import ClientSession
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.bench import Bench
from crawler.net.addresses import Guard
from crawler.net.clocks import HostClocks
from crawler.net.robots import Robots
from prrwatch.crawl import CrawlRecord, Job
from prrwatch.source import Source

Say = Callable[[CrawlRecord], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Lasting:
    """What outlives a job: the hosts' clocks, their robots.txt, the processes that read pages, the way out."""

    clocks: HostClocks
    robots: Robots
    bench: Bench
    say: Say
    crawler: Crawler  #: Scrapy's engine fetches for all jobs: to make one costs as much as to fetch ten pages

    async def download(self, request: Request) -> Response:
        """What comes of one request. Raises what `crawler.net.connect.PoliteHandler` does.

        Handed straight to Scrapy's download handlers: the slots, signals and middlewares before them have nothing to do
        here, and cost .4 ms a request.
        """
        assert self.crawler.engine is not None  # noqa: S101 - it is started before any job
        return await self.crawler.engine.downloader.handlers.download_request_async(request)


@dataclass(slots=True)
class Errand:
    """One job under way."""

    job: Job
    lasting: Lasting
    started: datetime
    deadline: float  #: monotonic seconds; no request is started after it
    guard: Guard
    pages: int  #: articles and further listing pages that may still be asked for
    requests: int = 0
    bytes_received: int = 0
    cut_short: list[str] = field(default_factory=list)
    line: ClientSession | None = None  #: its connections, once there are any

    @property
    def source(self) -> Source:
        """The source of the job."""
        return self.job.source

    @property
    def delay(self) -> float:
        """Seconds between two requests to one host, as far as the operator and the catalogue say."""
        return max(self.job.policy.delay, self.source.delay or 0.0)

    @property
    def late(self) -> bool:
        """Whether the job's time is up."""
        return monotonic() >= self.deadline

    def note(self, why: str) -> None:
        """Remember why not everything could be read."""
        if why not in self.cut_short:
            self.cut_short.append(why)
