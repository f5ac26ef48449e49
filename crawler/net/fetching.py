"""Fetching one URL: redirects, retries, conditional requests; every outcome on the web is a value."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

import aiohttp
from scrapy import Request
from scrapy.http import Response

from crawler.errand import Errand
from crawler.net.answers import Answer, Failed, is_redirect, refusal
from crawler.net.clocks import HostPaused
from crawler.net.connect import ForbiddenAddress
from crawler.net.decoding import ACCEPTED, TooLarge, Undecodable, undone
from crawler.net.robots import RobotsRefused, Rules, origin_of, rules_of
from prrwatch import __version__
from prrwatch.crawl import Key, Policy, Reason, Validators
from prrwatch.keys import filled, veiled, veiled_bytes
from prrwatch.urls import absolute

ACCEPT_PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf,*/*;q=0.8"
_MOST_REDIRECTS = 5
_LONGEST_BACK_OFF = 30.0
_RETRIED = frozenset({Reason.DNS, Reason.TIMEOUT, Reason.HTTP_5XX, Reason.MALFORMED})
_ROBOTS_RETRY = 30  #: polite delays before an unreachable robots.txt is asked for again
_ROBOTS_RETRY_BOUNDS = (1.0, 600.0)
_ROBOTS_FILE = "robots_file"  #: mark of requests for robots.txt itself, which need no leave

_Meta = Mapping[str, bool | float]

_KNOWN_FAILURES = (
    aiohttp.ClientError,
    ForbiddenAddress,
    HostPaused,
    RobotsRefused,
    TimeoutError,
    TooLarge,
    Undecodable,
)


async def fetch(
    errand: Errand, url: str, validators: Validators | None = None, accept: str = ACCEPT_PAGES
) -> Answer | Failed:
    """The page at `url`, or 304 when `validators` still hold, or why there is none. Follows up to five redirects.

    `accept` is the header of that name. The key of the job stands for its name while the web is asked, and only then.
    """
    key = errand.job.key
    got = await _followed(errand, filled(url, key), {"Accept": accept, **_conditions(validators)}, {})
    return _veiled(got, url, key)


async def fetch_part(errand: Errand, url: str) -> Answer | Failed:
    """A part of a page that a browser shows, say a script: as `fetch`, but without a rest before it.

    The parts of a page are one visit; no two of them are asked for at the same time. robots.txt may still want a rest.
    """
    return await _followed(errand, url, {"Accept": "*/*"}, {"delay": 0.0})


def user_agent(policy: Policy) -> str:
    """Who asks, and whom to write to."""
    return f"prrwatch/{__version__} (+{policy.contact})"


async def read_rules(errand: Errand, url: str) -> Rules:
    """The robots.txt of the origin of `url`, over the network."""
    low, high = _ROBOTS_RETRY_BOUNDS
    retry = min(max(errand.delay * _ROBOTS_RETRY, low), high)
    got = await _followed(errand, f"{origin_of(url)}/robots.txt", {}, {_ROBOTS_FILE: True})
    return rules_of(got, monotonic(), retry)


async def _followed(errand: Errand, url: str, headers: dict[str, str], meta: _Meta) -> Answer | Failed:
    seen: set[str] = set()
    here = absolute(url, url)
    while here is not None:
        seen.add(here)
        got = await _retried(errand, here, headers, meta)
        if isinstance(got, Failed):
            return got
        if not is_redirect(got.status):
            answer = _answer(url, got)
            return refusal(answer) or answer
        location = (got.headers.get("Location") or b"").decode("utf-8", errors="replace")
        here = absolute(here, location)
        if here in seen or not location or len(seen) > _MOST_REDIRECTS:
            return Failed(Reason.REDIRECT_LOOP, f"redirects in a circle or without end, last to {location[:200]!r}")
        url_named = location
    return Failed(Reason.FORBIDDEN_ADDRESS, f"no http or https address: {(url_named if seen else url)[:200]!r}")


async def _retried(errand: Errand, url: str, headers: dict[str, str], meta: _Meta) -> Response | Failed:
    attempt = 0
    while True:
        got = await _asked(errand, url, headers, meta)
        failed = got if isinstance(got, Failed) else _server_error(got)
        attempt += 1
        if failed is None or not _worth_retrying(failed, attempt, errand):
            return got
        await asyncio.sleep(min(errand.delay * 2**attempt, _LONGEST_BACK_OFF))


def _worth_retrying(failed: Failed, attempt: int, errand: Errand) -> bool:
    # A host that lets us wait until the end is asked twice, not more: its time-outs add up.
    most = min(errand.job.policy.retries, 1) if failed.reason is Reason.TIMEOUT else errand.job.policy.retries
    return failed.asked and failed.reason in _RETRIED and attempt <= most and not errand.late


def _server_error(response: Response) -> Failed | None:
    return Failed(Reason.HTTP_5XX, f"HTTP status {response.status}") if response.status >= 500 else None


async def _asked(errand: Errand, url: str, headers: dict[str, str], meta: _Meta) -> Response | Failed:
    policy = errand.job.policy
    request = Request(
        url,
        headers={
            "User-Agent": user_agent(policy),
            "Accept": ACCEPT_PAGES,
            "Accept-Language": ", ".join((*errand.source.languages, "*;q=0.5")),
            "Accept-Encoding": ACCEPTED,
            **headers,
        },
        meta={"errand": errand, "delay": errand.delay, **meta},
    )
    try:
        # Before every request, at every hop.
        request.meta["delay"] = max(request.meta["delay"], await _leave(errand, request))
        return undone(await errand.lasting.download(request), policy.max_bytes)
    except _KNOWN_FAILURES as error:
        return _failed(error)


async def _leave(errand: Errand, request: Request) -> float:
    """The rest that robots.txt wants before the request, in seconds. Raises `RobotsRefused`."""
    if request.meta.get(_ROBOTS_FILE):
        return 0.0
    rules = await errand.lasting.robots.rules(origin_of(request.url), lambda: read_rules(errand, request.url))
    if refused := rules.refusal(request.url):
        raise RobotsRefused(refused)
    return rules.delay


def _veiled(got: Answer | Failed, asked: str, key: Key | None) -> Answer | Failed:
    """What came, without the key: servers repeat it in links, redirects and errors, and all that is stored or told."""
    if key is None:
        return got
    if isinstance(got, Failed):
        return replace(got, detail=veiled(got.detail, key))
    headers = tuple((name, veiled(value, key)) for name, value in got.headers)
    return replace(got, asked=asked, url=veiled(got.url, key), headers=headers, body=veiled_bytes(got.body, key))


def _failed(error: Exception) -> Failed:  # noqa: PLR0911 - a table of classes, one line each
    words = str(error)[:300]
    match error:
        case HostPaused():
            return Failed(Reason.HTTP_429, words, asked=False)
        case RobotsRefused(failed=failed):
            return failed
        case ForbiddenAddress() | aiohttp.ClientConnectorError(os_error=ForbiddenAddress()):
            return Failed(Reason.FORBIDDEN_ADDRESS, words)
        case TooLarge():
            return Failed(Reason.TOO_LARGE, words)
        case TimeoutError():
            return Failed(Reason.TIMEOUT, words or "no answer in time")
        case aiohttp.ClientConnectorDNSError():
            return Failed(Reason.DNS, words)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return Failed(Reason.TLS, words)
        case aiohttp.ClientConnectionError():
            return Failed(Reason.REFUSED, words or type(error).__name__)
        case aiohttp.ClientResponseError(message=message):
            return Failed(Reason.MALFORMED, f"no HTTP: {message[:300]}")
        case _:
            return Failed(Reason.MALFORMED, words or "the body breaks off")


def _answer(asked: str, response: Response) -> Answer:
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Answer(asked, response.url, response.status, headers, response.body, datetime.now(UTC))


def _conditions(validators: Validators | None) -> dict[str, str]:
    """RFC 9110 section 13.1: If-None-Match and If-Modified-Since."""
    if validators is None:
        return {}
    named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in named.items() if value}
