"""Where connections are made: after the host's clock, to addresses that the guard permits, with verified TLS."""

from __future__ import annotations

import socket
import ssl
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from yarl import URL

from crawler.errand import Errand
from crawler.net.addresses import Guard
from crawler.net.answers import patience
from crawler.net.decoding import TooLarge
from prrwatch.crawl import HostClock, Paused
from prrwatch.urls import host_key

#: A connection that is not there by then is not coming; the rest of the time-out is for the answer.
_CONNECT_SHARE = 0.8
_BUFFER = 256 * 1024  #: bytes of a body that may wait to be read
_LONGEST_FIELD = 16 * 1024  #: bytes of one header
_MOST_FIELDS = 128
_KEPT = 30.0  #: seconds that an idle connection is kept
_LEGACY_SERVER_CONNECT = 0x4  #: ssl.OP_LEGACY_SERVER_CONNECT, which Python 3.11 does not name
#: The host that the request under way names, for the guard to judge where it leads.
_named: ContextVar[str] = ContextVar("_named")


class ForbiddenAddress(OSError):  # noqa: N818 - a fact about the name, not a mistake
    """The name leads to an address that must not be talked to."""


class PoliteHandler(BaseDownloadHandler):
    """Fetches for Scrapy behind the host's clock and the address guard; every request of ours comes through here.

    By aiohttp, whose parser is C: see docs/design.md for what that saves.
    """

    async def download_request(self, request: Request) -> Response:
        """One request, one turn. Raises `HostPaused`, `ForbiddenAddress`, `TooLarge`, TimeoutError, ClientError."""
        errand = cast("Errand", request.meta["errand"])
        host, delay = host_key(request.url), float(request.meta["delay"])
        async with errand.lasting.clocks.turn(host, delay):
            errand.requests += 1
            response = await _download(request, errand, host)
            errand.bytes_received += len(response.body)
            # Inside the turn: whoever waits for the next one must find the pause.
            await _heed(errand, host, delay, response)
            return response


async def _download(request: Request, errand: Errand, host: str) -> Response:
    # A line of each job's own: what one may talk to another may not.
    errand.line = errand.line or _session(errand.guard)
    policy = errand.job.policy
    timeout = aiohttp.ClientTimeout(total=policy.timeout, connect=policy.timeout * _CONNECT_SHARE)
    _named.set(_without_port(host))
    url = _dotted(URL(request.url, encoded=True))
    headers = [(name.decode(), value.decode()) for name, (value,) in request.headers.items()]
    async with errand.line.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
        body = await _body(answer, policy.max_bytes)
        return Response(request.url, answer.status, Headers(list(answer.raw_headers)), body, request=request)


async def _body(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Raises `TooLarge` as soon as that is known."""
    if answer.content_length is not None and answer.content_length > limit:
        raise TooLarge(f"a body of {answer.content_length} bytes, at most {limit}")
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > limit:
            raise TooLarge(f"a body of more than {limit} bytes")
    return b"".join(parts)


async def _heed(errand: Errand, host: str, delay: float, response: Response) -> None:
    retry_after = (response.headers.get("Retry-After") or b"").decode("latin-1")
    until = patience(response.status, retry_after, delay, datetime.now(UTC))
    if until is not None:
        errand.lasting.clocks.pause(host, until)
        await errand.lasting.say(Paused(errand.job.id, HostClock(host, until)))


def _session(guard: Guard) -> aiohttp.ClientSession:
    """Sends what it is told to and nothing besides, never through a proxy; keeps no cookies, decodes nothing."""

    def opened(found: Any) -> socket.socket:
        # Names are resolved by now, so what is judged is what is connected to, also when a DNS server changes its mind.
        family, kind, protocol, _, address = found
        if not guard.permits(address[0], _named.get()):
            raise ForbiddenAddress(f"{address[0]} is no public address and not in allow_private_hosts")
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        ssl=_verifying(),
        resolver=aiohttp.ThreadedResolver(),  # the system's
        use_dns_cache=False,
        keepalive_timeout=_KEPT,
        socket_factory=opened,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        read_bufsize=_BUFFER,
        max_line_size=_LONGEST_FIELD,
        max_field_size=_LONGEST_FIELD,
        max_headers=_MOST_FIELDS,
    )


@cache
def _verifying() -> ssl.SSLContext:
    """Certificates are verified. Old servers that cannot renegotiate safely are spoken to: nobody renegotiates."""
    context = ssl.create_default_context()
    context.options |= _LEGACY_SERVER_CONNECT
    return context


def _dotted(url: URL) -> URL:
    """With an IPv4 address written as everybody does: aiohttp refuses `2130706433` and `127.1`, which are that, too."""
    host = url.raw_host or ""
    if not host.replace(".", "").isdigit():
        return url
    try:
        return url.with_host(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return url


def _without_port(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host
