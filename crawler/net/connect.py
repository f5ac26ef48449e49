"""Where connections are made: after the host's clock, to addresses that the guard permits, with verified TLS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import Agent
from zope.interface import directlyProvides, providedBy

from crawler.errand import Errand
from crawler.net.answers import patience
from prrwatch.crawl import HostClock, Paused
from prrwatch.urls import host_key

#: A connection that is not there by then is not coming; the rest of the time-out is for the answer.
_CONNECT_SHARE = 0.8
#: Bytes of status line and headers, interim answers included. Browsers take 256 KiB at most.
_LONGEST_HEAD = 256 * 1024


class ForbiddenAddress(Exception):  # noqa: N818 - a fact about the name, not a mistake
    """The name leads to an address that must not be talked to."""


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind the host's clock and the address guard; every request of ours comes through here."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedHeadFactory  # noqa: SLF001 - Scrapy sets its own there in the same way

    async def download_request(self, request: Request) -> Response:
        """One request, one turn. Raises `HostPaused`, `ForbiddenAddress` and Scrapy's download exceptions."""
        errand = errand_of(self._crawler)
        host, delay = host_key(request.url), float(request.meta["delay"])
        async with errand.lasting.clocks.turn(host, delay):
            errand.requests += 1
            response = await self._download(request, errand)
            errand.bytes_received += len(response.body)
            # Inside the turn: whoever waits for the next one must find the pause.
            await _heed(errand, host, delay, response)
            return response

    async def _download(self, request: Request, errand: Errand) -> Response:
        agent = _GuardedAgent(
            errand.guard.permits,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


def errand_of(crawler: Crawler) -> Errand:
    """The errand of the spider that this crawl runs."""
    return cast("Errand", crawler.spider.errand)  # type: ignore[union-attr]  # only our spiders run here


async def _heed(errand: Errand, host: str, delay: float, response: Response) -> None:
    retry_after = (response.headers.get("Retry-After") or b"").decode("latin-1")
    until = patience(response.status, retry_after, delay, datetime.now(UTC))
    if until is not None:
        errand.lasting.clocks.pause(host, until)
        await errand.lasting.say(Paused(errand.job.id, HostClock(host, until)))


class _GuardedAgent(_ScrapyAgent):
    """Opens connections only to addresses that `permits(address, host)`; never through a proxy."""

    def __init__(self, permits: Callable[[str, str], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._permits = permits

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one; ours is by now

        host = host_key(request.url).rpartition(":")[0] if _has_port(request.url) else host_key(request.url)
        return Agent(  # type: ignore[no-untyped-call]
            _GuardedReactor(reactor, lambda address: self._permits(address, host)),
            contextFactory=self._contextFactory,
            connectTimeout=timeout * _CONNECT_SHARE,
            pool=self._pool,
        )


def _has_port(url: str) -> bool:
    return not host_key(url).endswith("]") and ":" in host_key(url)


class _BoundedHeadProtocol(_LenientHTTP11ClientProtocol):
    """Bounds what comes before a body: Twisted keeps header lines for as long as a server sends them."""

    _head = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        parser = self._parser
        self._head = self._head + len(data) if parser is not None and parser.state in {STATUS, HEADER} else 0
        if self._head > _LONGEST_HEAD:
            transport: Any = self.transport
            transport.abortConnection()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # Twisted is typed in part


class _BoundedHeadFactory(_LenientHTTP11ClientFactory):
    """Makes `_BoundedHeadProtocol`s."""

    def buildProtocol(self, addr: Any) -> _BoundedHeadProtocol:  # noqa: ARG002, N802 - Twisted's signature
        return _BoundedHeadProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # as above


class _GuardedReactor:
    """The reactor, with a check where a TCP connection is opened.

    Names are resolved by then, so what is judged is what is connected to, also when a DNS server changes its mind.
    """

    def __init__(self, reactor: Any, permits: Callable[[str], bool]) -> None:
        self._reactor = reactor
        self._permits = permits
        directlyProvides(self, providedBy(reactor))

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - Twisted's name
        if not self._permits(host):
            raise ForbiddenAddress(f"{host} is no public address and not in allow_private_hosts")
        return self._reactor.connectTCP(host, port, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


class SystemResolver:
    """Leaves Twisted's own resolver in place: the system's, IPv4 and IPv6, in threads.

    Scrapy's caches keep an address for the life of the process, and ours lives for weeks.
    """

    def __init__(self, reactor: object) -> None:
        self._reactor = reactor

    def install_on_reactor(self) -> None:
        """Nothing to install."""
