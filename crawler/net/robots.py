"""robots.txt (RFC 9309): what an origin allows us, read once, by one task, however many requests wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from crawler.net import robotstxt
from crawler.net.answers import Answer, Failed
from prrwatch.crawl import Reason

TOKEN = "prrwatch"  # noqa: S105 - the product token that robots.txt files name (RFC 9309 section 2.2.1)
#: RFC 9309 section 2.5: at least 500 KiB must be read.
_LONGEST = 500 * 1024
_DAY = 24 * 3600.0
#: A site that asks for more is read slowly, not never.
_LONGEST_DELAY = 60.0
_MOST_ORIGINS = 2000
_EVERYTHING = robotstxt.Rules()
#: RFC 9309 section 2.3.1.3 "unavailable": no rules, everything is allowed. Five redirects and more count as that, too.
_UNAVAILABLE = frozenset({Reason.HTTP_403, Reason.HTTP_404, Reason.REDIRECT_LOOP, Reason.EMPTY})
#: Nobody answered: the class of that says more than "robots.txt cannot be read".
_NO_ANSWER = frozenset({Reason.DNS, Reason.TLS, Reason.REFUSED, Reason.TIMEOUT})


class RobotsRefused(Exception):  # noqa: N818 - the site's word, not a mistake
    """robots.txt does not let us ask, or could not be read."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.detail)
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows. Without `written` everything is allowed, unless it `failed`."""

    read_at: float  #: monotonic seconds
    keep: float = _DAY  #: seconds
    written: robotstxt.Rules = _EVERYTHING
    failed: Failed | None = None

    @property
    def delay(self) -> float:
        """Crawl-delay for us in seconds, bounded; 0 without one."""
        return min(self.written.delay or 0.0, _LONGEST_DELAY)

    def refusal(self, url: str) -> Failed | None:
        """Why `url` must not be asked for, None when it may."""
        if self.failed:
            return self.failed
        if self.written.allows(url):
            return None
        return Failed(Reason.ROBOTS_DISALLOW, f"robots.txt disallows {urlsplit(url).path or '/'}")


def rules_of(got: Answer | Failed, now: float, retry: float) -> Rules:
    """What to make of the answer to robots.txt.

    One that cannot be reached disallows all, and is asked again after `retry` seconds (RFC 9309 section 2.3.1.4).
    """
    match got:
        case Answer(body=body):
            return Rules(now, written=robotstxt.parse(body[:_LONGEST], TOKEN))
        case Failed(reason=reason) if reason in _UNAVAILABLE:
            return Rules(now)
        case Failed(reason=reason) if not got.asked or reason is Reason.FORBIDDEN_ADDRESS:
            # Nothing was asked, and what held us back may not hold the next job.
            return Rules(now, 0.0, failed=got)
        case Failed(reason=reason):
            told = reason if reason in _NO_ANSWER else Reason.ROBOTS_UNREACHABLE
            return Rules(now, retry, failed=Failed(told, f"robots.txt: {got.detail}"))


class Robots:
    """The rules of all origins that this process has asked, kept for 24 hours."""

    def __init__(self) -> None:
        self._reading: dict[str, asyncio.Task[Rules]] = {}

    async def rules(self, origin: str, read: Callable[[], Awaitable[Rules]]) -> Rules:
        """The rules of `origin`; `read` fetches them, at most once at a time for all who wait.

        Scrapy 2.19 lets waiters pass without rules because they share one Deferred. Here every waiter waits for the
        same task, and none of them can cancel it.
        """
        while True:
            task = self._reading.get(origin)
            if task is None or _stale(task):
                self._forget_oldest()
                task = asyncio.ensure_future(_whole(read))
                self._reading[origin] = task
            await asyncio.wait({task})
            if not task.cancelled():
                return task.result()
            self._reading.pop(origin, None)

    def _forget_oldest(self) -> None:
        while len(self._reading) >= _MOST_ORIGINS:
            self._reading.pop(next(iter(self._reading)))


def origin_of(url: str) -> str:
    """Scheme, host and port: the unit that one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


async def _whole(read: Callable[[], Awaitable[Rules]]) -> Rules:
    return await read()


def _stale(task: asyncio.Task[Rules]) -> bool:
    if not task.done():
        return False
    if task.cancelled() or task.exception() is not None:
        return True
    rules = task.result()
    return rules.read_at + rules.keep <= monotonic()
