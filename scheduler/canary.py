"""The canary: a story of our own that must travel from the web to a channel in its time.

It is published on a page that we serve on loopback, read by the same crawl worker, filed, judged by the same rules,
made a story and sent through the same channel as any other news. Only its store is its own, and lives as long as its
flight: so it is nobody's news, and joins no story. It has arrived when the channel has taken the message with its id;
whether a mail server's "taken" becomes a mail in somebody's mailbox only that mailbox knows, by the same id.
"""

from __future__ import annotations

import asyncio
import html
import logging
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import alerts
from prrwatch import alarms
from prrwatch.alert import Subscription
from prrwatch.settings import Canary, Settings
from prrwatch.source import Kind, Source, Way, WayKind
from scheduler.deliver import Delivering
from scheduler.dispatch import Dispatch
from scheduler.walk import Walk
from scheduler.worker import CrawlWorker
from storage import export, operations, outbox
from storage import sources as mirror
from storage.operations import PulseKind
from storage.records import DeliveryState
from storage.store import open_store

_log = logging.getLogger(__name__)

#: Seconds between two looks whether it has arrived.
_LOOK_AGAIN = 5.0
_ADDRESS = "127.0.0.1"
#: Relevant under every set of rules that finds what this program is for.
_PARAGRAPHS = """\
This is {name}, a test message of prrwatch; nothing of this happened. Twelve women and thirty children were \
repatriated from camps in north-east Syria to Kazakhstan, the page says.
They entered a rehabilitation and reintegration programme, where psychologists and social workers help returnees \
from conflict zones to settle. Whoever reads this knows that news would arrive, too.""".splitlines()
_RULES = "the crawl read it, but these rules do not find it relevant"


@dataclass(frozen=True, slots=True)
class Flight:
    """One canary: whether it arrived, when, under which message id, or how far it came."""

    name: str
    planted: datetime
    arrived: datetime | None
    message: str
    stage: str


class Canaries:
    """Lets one canary fly every so often, and tells the operators of one that was lost and of the next that arrives."""

    def __init__(self, walk: Walk, worker: CrawlWorker, url: str, canary: Canary) -> None:
        self._walk = walk
        self._worker = worker
        self._url = url
        self._canary = canary
        self._lost = False

    async def run(self) -> None:
        """For ever; to be cancelled."""
        while True:
            began = self._walk.clock()
            self.land(await fly(self._walk, self._worker, self._url, self._canary))
            left = self._canary.every - (self._walk.clock() - began)
            await asyncio.sleep(max(left.total_seconds(), 0.0))

    def land(self, flight: Flight) -> None:
        """Keep and tell how the flight ended."""
        now, operators = self._walk.clock(), self._walk.settings.operators
        if flight.arrived:
            took = (flight.arrived - flight.planted).total_seconds()
            operations.beat(self._walk.store, PulseKind.CANARY, flight.arrived, f"{flight.message} after {took:.1f} s")
            _log.info("canary %s arrived after %.1f s as %s", flight.name, took, flight.message)
        else:
            _log.error("canary %s did not arrive within %s: %s", flight.name, self._canary.within, flight.stage)
        if operators and self._lost == bool(flight.arrived):
            alarm = (
                alarms.canary_arrived(flight.name, flight.planted, operators, now)
                if flight.arrived
                else alarms.canary_lost(flight.name, flight.planted, flight.stage, operators, now)
            )
            outbox.enqueue(self._walk.store, self._walk.addressed([alarm]), now)
        self._lost = not flight.arrived


async def fly(walk: Walk, worker: CrawlWorker, url: str, canary: Canary) -> Flight:
    """One flight, to its end or to the end of its time."""
    name = f"canary-{secrets.token_hex(6)}"
    async with _page() as page:
        with (
            tempfile.TemporaryDirectory(prefix="prrwatch-canary-") as folder,
            open_store(Path(folder) / "c.db") as store,
        ):
            source = _source(page.port)
            mirror.mirror(store, [source], walk.clock())
            own = replace(walk, store=store, sources={source.id: source}, settings=_settings(walk, canary))
            own = replace(own, recipients={canary.channel: alerts.recipients(url, canary.channel)})
            flight = _Flying(own, Dispatch(own, worker), Delivering(store, {canary.channel: url}, walk.clock), source)
            return await flight.to_the_end(page, name, canary.within)


@dataclass(slots=True)
class _Page:
    """What the loopback page shows: a feed of what is published, and the articles."""

    port: int = 0
    published: tuple[str, ...] = ("before",)

    def answer(self, path: str) -> bytes:
        body, kind = (self._feed(), "application/rss+xml") if path == "/feed.xml" else self._article(path)
        status = "200 OK" if body else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Connection: close\r\n\r\n" + body

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><title>{html.escape(_title(each))}</title><link>http://{_ADDRESS}:{self.port}/a/{each}</link></item>"
            for each in self.published
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Canary</title>{items}</channel></rss>'.encode()

    def _article(self, path: str) -> tuple[bytes, str]:
        name = path.removeprefix("/a/")
        if name not in self.published:
            return b"", "text/plain"
        text = "".join(f"<p>{paragraph}</p>" for paragraph in _text(name))
        return f"<html><body><article><h1>{_title(name)}</h1>{text}</article></body></html>".encode(), "text/html"


class _Flying:
    """A walk of its own for one canary."""

    def __init__(self, walk: Walk, dispatch: Dispatch, delivering: Delivering, source: Source) -> None:
        self._walk, self._dispatch, self._delivering, self._source = walk, dispatch, delivering, source

    async def to_the_end(self, page: _Page, name: str, within: timedelta) -> Flight:
        planted = self._walk.clock()
        await self._read()  # what is there before we begin to watch is no news
        page.published = (name, *page.published)
        while True:
            await self._read()
            await self._delivering.all_channels()
            sent = next((each for each in outbox.listing(self._walk.store) if each.state is DeliveryState.SENT), None)
            if sent:
                return Flight(name, planted, sent.accepted_at, sent.message, "arrived")
            if self._walk.clock() - planted > within:
                return Flight(name, planted, None, "", self._stage(name))
            await asyncio.sleep(min(_LOOK_AGAIN, within.total_seconds() / 4))

    async def _read(self) -> None:
        try:
            self._dispatch.start([self._source])
            await self._dispatch.wait()
            self._dispatch.raise_failure()
        finally:
            await self._dispatch.stop()

    def _stage(self, name: str) -> str:
        """How far it came."""
        listed = outbox.listing(self._walk.store)
        if listed:
            return f"the channel did not take the message: {listed[0].answer or 'no answer yet'}"
        read = any(each.url.endswith(f"/a/{name}") for each in export.documents(self._walk.store))
        return _RULES if read else "the crawl did not read it"


@asynccontextmanager
async def _page() -> AsyncIterator[_Page]:
    page = _Page()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(page.answer(head.split(b" ", 2)[1].decode("ascii", "replace")))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            pass  # whoever asked has gone, or is no browser
        finally:
            writer.close()

    server = await asyncio.start_server(serve, _ADDRESS, 0)
    page.port = server.sockets[0].getsockname()[1]
    try:
        yield page
    finally:
        server.close()


def _source(port: int) -> Source:
    base = f"http://{_ADDRESS}:{port}/"
    way = Way(WayKind.FEED, f"{base}feed.xml")
    minute = timedelta(minutes=1)
    return Source("canary", "Canary", "prrwatch", Kind.OFFICIAL, base, ("en",), minute, 1, r"/a/", (way,))


def _settings(walk: Walk, canary: Canary) -> Settings:
    policy = replace(walk.settings.policy, allow_private_hosts=(_ADDRESS,), delay=0.0)
    only = (Subscription(name="canary", channel=canary.channel),)
    return replace(walk.settings, policy=policy, subscriptions=only, operators=None, revisit=())


def _title(name: str) -> str:
    return f"Test {name}: women and children repatriated from Syria" if name != "before" else "Nothing to report"


def _text(name: str) -> tuple[str, ...]:
    if name == "before":
        return ("There is nothing to report from here. " * 8,)
    return tuple(paragraph.format(name=name) for paragraph in _PARAGRAPHS)
