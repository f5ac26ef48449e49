"""A small web on loopback, and one real crawl worker per module."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from types import MappingProxyType
from typing import TypeVar

import pytest

from prrwatch import wire
from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, Paused, Policy, Unreadable, WayRead
from prrwatch.source import Expect, Kind, Source, Way, WayKind

PATIENCE = 180.0  # seconds that a test waits for a record before it fails


@dataclass
class Page:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Its own: an ETag that one test set on headers of all pages let the feeds of later tests answer 304.
        self.headers = dict(self.headers)


@dataclass
class Seen:
    path: str
    started: float
    ended: float
    status: int
    headers: dict[str, str]


Answer = Page | Callable[[BaseHTTPRequestHandler], Page | None]


_Listener = TypeVar("_Listener", ThreadingHTTPServer, socket.socket)
_used: set[tuple[str, int]] = set()


def listen(bind: Callable[[], _Listener]) -> _Listener:
    """What `bind` opens, on a port new to this run: the session's worker keeps robots.txt and clocks of used ones."""
    listener = bind()
    while (place := _bound(listener).getsockname()[:2]) in _used:
        _bound(listener).close()
        listener = bind()
    _used.add(place)
    return listener


def _bound(listener: ThreadingHTTPServer | socket.socket) -> socket.socket:
    return listener if isinstance(listener, socket.socket) else listener.socket


class Site:
    """A web server on one loopback address: `pages` by path; what is not there is 404. `seen` is what was asked."""

    def __init__(self, address: str = "127.0.0.1", tls: Path | None = None) -> None:
        self.pages: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self._server = listen(lambda: ThreadingHTTPServer((address, 0), self._handler()))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.host = f"{address}:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            # The handshake belongs to the connection's own thread: one that fails must not stop the server.
            wrapped = {"server_side": True, "do_handshake_on_connect": False}
            self._server.socket = context.wrap_socket(self._server.socket, **wrapped)
            self.url = f"https://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                started = time.monotonic()
                answer = site.pages.get(self.path, Page(b"gone", 404))
                seen = Seen(self.path, started, started, 0, dict(self.headers))
                site.seen.append(seen)
                page = answer(self) if callable(answer) else answer
                with contextlib.suppress(OSError):
                    if page is not None:
                        _send(self, page, seen)
                seen.ended = time.monotonic()

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def _send(handler: BaseHTTPRequestHandler, page: Page, seen: Seen) -> None:
    tag = page.headers.get("ETag")
    seen.status = 304 if tag and handler.headers.get("If-None-Match") == tag else page.status
    body = b"" if seen.status == 304 else page.body
    handler.send_response(seen.status)
    for name, value in page.headers.items():
        handler.send_header(name, value)
    if "Content-Length" not in page.headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Worker:
    """`python -m crawler` as its parent sees it."""

    def __init__(self, *options: str, **environment: str) -> None:
        command = [sys.executable, "-m", "crawler", *options]
        # Nothing listens there: a worker that heeded it would fetch nothing.
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"), "http://127.0.0.1:9/")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **proxies, **environment},
        )
        self.errors: list[str] = []
        self._records: dict[str, Queue[CrawlRecord]] = {}
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def give(self, job: Job) -> None:
        self._queue(job.id)
        self.process.stdin.write(wire.encoded(job))
        self.process.stdin.flush()

    def take(self, job_id: str, patience: float = PATIENCE) -> list[CrawlRecord]:
        """All records of a job, `JobDone` last."""
        records: list[CrawlRecord] = []
        until = time.monotonic() + patience
        while not records or not isinstance(records[-1], JobDone):
            try:
                records.append(self._queue(job_id).get(timeout=max(until - time.monotonic(), 0)))
            except Empty:
                pytest.fail(f"no JobDone; so far {records!r}\n{''.join(self.errors)}")
        return records

    def do(self, job: Job, patience: float = PATIENCE) -> Done:
        self.give(job)
        return Done(self.take(job.id, patience))

    def close(self) -> int:
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            for thread in self._threads:
                thread.join()
            self.process.stdout.close()
            self.process.stderr.close()

    def _queue(self, job_id: str) -> Queue[CrawlRecord]:
        with self._lock:
            return self._records.setdefault(job_id, Queue())

    def _read(self) -> None:
        for line in self.process.stdout:
            record = wire.decode_record(line, self.process.stdout.read(wire.behind(line)))
            self._queue(record.job).put(record)

    def _read_errors(self) -> None:
        self.errors.extend(line.decode() for line in self.process.stderr)


class Done:
    """The records of one job, sorted by kind."""

    def __init__(self, records: list[CrawlRecord]) -> None:
        self.records = records
        self.ways = [each for each in records if isinstance(each, WayRead)]
        self.fetched = [each for each in records if isinstance(each, Fetched)]
        self.unreadable = [each for each in records if isinstance(each, Unreadable)]
        self.paused = [each for each in records if isinstance(each, Paused)]
        self.end: JobDone = records[-1]

    def failures(self) -> list[str | None]:
        return [way.failure and str(way.failure) for way in self.ways]

    def reasons(self) -> list[str]:
        return [str(each.reason) for each in self.unreadable]


_number = iter(range(10**9))


def make_job(*ways: Way, **changes) -> Job:
    """A job on a source with these ways; policy and source fields may be changed by name."""
    policy = {"contact": "mailto:test@example.org", "allow_private_hosts": ("127.0.0.0/8",), "delay": 0.0}
    policy |= {"timeout": 5.0, "retries": 0, "max_bytes": 1_000_000, "max_pages": 100}
    source = {"homepage": "http://home.invalid/", "article": r"/news/", "expect": Expect(items=1), "languages": ("en",)}
    job: dict = {}
    for name, value in changes.items():
        target = policy if name in policy else job if name in Job.__slots__ else source
        target[name] = value
    number = next(_number)
    built = Source(
        id=f"source-{number}",
        name="A source",
        publisher="A publisher",
        kind=Kind.OFFICIAL,
        every=timedelta(hours=1),
        tier=1,
        ways=ways,
        **source,
    )
    return Job(f"job-{number}", built, Policy(**policy), **job)


def feed_of(*urls: str, title: str = "An item") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>{url}</link><pubDate>Wed, 27 Nov 2024 10:30:00 GMT</pubDate></item>"
        for url in urls
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


def article_of(word: str = "one") -> bytes:
    sentences = "".join(
        f"<p>Paragraph {number} of story {word}: the ministry said on Monday that women and children were brought home "
        f"from the camps and that they will be helped to find schools, work and a place to live.</p>"
        for number in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>Story {word}</title></head><body><article><h1>Story {word}</h1>"
        f"{sentences}</article></body></html>"
    ).encode()


HTML = MappingProxyType({"Content-Type": "text/html; charset=utf-8"})
XML = MappingProxyType({"Content-Type": "application/rss+xml"})


def certificate_in(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*words.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    certificate.write_bytes(certificate.read_bytes() + key.read_bytes())
    return certificate


class Kit:
    """Everything the tests build with."""

    Page = Page
    Site = Site
    Worker = Worker
    job = staticmethod(make_job)
    feed_of = staticmethod(feed_of)
    article_of = staticmethod(article_of)
    certificate = staticmethod(certificate_in)
    listen = staticmethod(listen)
    HTML = HTML
    XML = XML

    @staticmethod
    def feed(url: str) -> Way:
        return Way(WayKind.FEED, url)

    @staticmethod
    def sitemap(url: str) -> Way:
        return Way(WayKind.SITEMAP, url)

    @staticmethod
    def listing(url: str, **selectors: str) -> Way:
        return Way(WayKind.LISTING, url, **selectors)

    @staticmethod
    def serve_feed(site: Site, *names: str) -> Way:
        """A feed of that many articles on the site, and the articles."""
        for name in names:
            site.pages[f"/news/{name}"] = Page(article_of(name), headers=HTML)
        site.pages["/feed"] = Page(feed_of(*(f"{site.url}/news/{name}" for name in names)), headers=XML)
        return Way(WayKind.FEED, f"{site.url}/feed")


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit


@pytest.fixture(scope="session")
def trusted(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that the session's worker trusts."""
    return certificate_in(tmp_path_factory.mktemp("tls"))


#: A name whose DNS answers are one machine at first and then another one, for DNS rebinding.
TURNING = """
import itertools, socket
asked, resolve = itertools.count(), socket.getaddrinfo
def turning(host, *rest, **more):
    if host == "turns.example":
        host = "127.0.0.1" if next(asked) < 2 else "127.0.0.2"
    return resolve(host, *rest, **more)
socket.getaddrinfo = turning
"""


@pytest.fixture(scope="session")
def worker(trusted, tmp_path_factory) -> Iterator[Worker]:
    """The session's worker; it knows a host `turns.example`."""
    folder = tmp_path_factory.mktemp("dns")
    (folder / "sitecustomize.py").write_text(TURNING)
    one = Worker("--page-seconds", "3", SSL_CERT_FILE=str(trusted), PYTHONPATH=str(folder))
    yield one
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(10) == 0, "SIGTERM ends it, with 0"
    one.close()
    assert one.errors == []


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    one = Site("127.0.0.2")
    yield one
    one.close()
