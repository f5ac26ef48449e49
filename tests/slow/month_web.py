"""The web of the scripted month on loopback: each source a host name of its own, with its own way of breaking."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from month import BREAKS, WINDOW, Outlet

from prrwatch.crawl import Reason
from scheduler.demo import faults
from scheduler.demo.exchange import Answer, Drip, Request
from scheduler.demo.faults import Fault
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.server import Server

#: Where the name of a source leads while it is broken; the server is at 127.0.0.1, nobody at 127.0.0.9.
ELSEWHERE = {Reason.DNS: None, Reason.REFUSED: "127.0.0.9", Reason.FORBIDDEN_ADDRESS: "10.0.0.1"}
#: The wrong certificate is here, at the port of the right one.
WRONG_CERTIFICATE = "127.0.0.3"
_LISTS = ("/feed.xml", "/sitemap.xml", "/news")
_CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>"
_CUT = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Cut <b'
EVERYWHERE: dict[Reason, Fault] = {
    Reason.HTTP_403: faults.status(403),
    Reason.HTTP_404: faults.status(404),
    Reason.HTTP_429: faults.status(429, retry_after="3600"),
    Reason.HTTP_5XX: faults.status(503),
    Reason.TIMEOUT: faults.hang(),
    Reason.CHALLENGE: lambda _, __: Answer(403, _CHALLENGE),
    Reason.REDIRECT_LOOP: faults.redirect_loop(),
}
ON_LISTS: dict[Reason, Fault] = {
    Reason.EMPTY: faults.no_items(),
    Reason.NOT_A_FEED: faults.html_for_xml(),
    Reason.MALFORMED: faults.instead(_CUT, "application/rss+xml"),
    Reason.TOO_LARGE: faults.oversize(2),
    Reason.LAYOUT_CHANGED: faults.selectors_gone(),
}
ROBOTS = {
    Reason.ROBOTS_DISALLOW: Answer(200, b"User-agent: *\nDisallow: /\n", "text/plain"),
    Reason.ROBOTS_UNREACHABLE: Answer(503),
}


class Web:
    """One server, and a second one with TLS before it; names lead there, or where their trouble sends them."""

    def __init__(self, folder: Path, outlets: dict[str, Outlet], clock: Callable[[], datetime]) -> None:
        self._folder, self._outlets, self._clock = folder, outlets, clock
        self._loop = ThreadedLoop()
        self._before: list[asyncio.Server] = []
        self.server = Server(self._loop, self._answer)
        right, wrong = (certificate(folder / each) for each in ("right", "wrong"))
        self.trusted = right
        self.tls_port = self._loop.run(self._terminate("127.0.0.1", 0, right))
        self._loop.run(self._terminate(WRONG_CERTIFICATE, self.tls_port, wrong))

    def address(self, name: str) -> str:
        if name == Reason.TLS:
            return f"https://{host(name)}:{self.tls_port}/"
        return f"http://{host(name)}:{self.server.port}/"

    def tell_names(self) -> None:
        """Write down where every name leads now."""
        names = {host(name): self._leads(outlet.fault(self._clock())) for name, outlet in self._outlets.items()}
        (self._folder / "names.json").write_text(json.dumps(names), encoding="utf-8")

    def close(self) -> None:
        self._loop.run(self._close_before())
        self.server.close()
        self._loop.close()

    async def _close_before(self) -> None:
        for server in self._before:
            server.close()

    def _leads(self, fault: Reason | None) -> str | None:
        return WRONG_CERTIFICATE if fault is Reason.TLS else ELSEWHERE.get(fault, "127.0.0.1")

    def _answer(self, request: Request) -> Answer:
        name = request.headers["host"].split(".")[0]
        outlet, now = self._outlets[name], self._clock()
        fault = outlet.fault(now)
        answer = self._honest(outlet, request.path, fault, now)
        if request.path != "/robots.txt":
            broken = EVERYWHERE.get(fault) or (ON_LISTS.get(fault) if request.path in _LISTS else None)
            answer = broken(request, answer) if broken else answer
        # What is kept open would not ask for the name or the certificate again.
        return replace(answer, headers=(*answer.headers, ("Connection", "close")))

    def _honest(self, outlet: Outlet, path: str, fault: Reason | None, now: datetime) -> Answer:
        stands_still = fault is Reason.STALE and path == "/feed.xml"
        # No feed is empty from its beginning.
        out = outlet.until(min(now, BREAKS) if stands_still else now) or outlet.published[:1]
        if path == "/robots.txt":
            return ROBOTS.get(fault, Answer(404))
        if path not in _LISTS:
            return Answer(200, page(path).encode(), modified=BREAKS) if path.startswith("/a/") else Answer(404)
        latest = out[-1 if fault is Reason.TOO_FEW_ITEMS else -30 if path == "/sitemap.xml" else -WINDOW :]
        links = [(at, self._link(outlet.name, key, fault)) for at, key in reversed(latest)]
        dates = {Reason.UNDATED: None, Reason.SAME_DATES: now}
        stated = [(dates.get(fault, at), link) for at, link in links]
        body, media = WRITTEN[path](stated)
        slow = Drip(0.002) if outlet.name == "slow" and path == "/feed.xml" and now >= BREAKS else None
        answer = Answer(200, body.encode(), media, modified=links[0][0])
        return replace(answer, sending=slow) if slow else answer

    def _link(self, name: str, key: str, fault: Reason | None) -> str:
        folder = "b" if fault is Reason.NO_ARTICLES else "a"
        return f"{self.address(name)}{folder}/{key.rpartition('/')[2]}"

    async def _terminate(self, address: str, port: int, cert: Path) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            onward, back = await asyncio.open_connection("127.0.0.1", self.server.port)
            await asyncio.gather(_pumped(reader, back), _pumped(onward, writer), return_exceptions=True)

        server = await asyncio.start_server(serve, address, port, ssl=context)
        self._before.append(server)
        return server.sockets[0].getsockname()[1]


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    finally:
        writer.close()


def host(name: str) -> str:
    return f"{name}.month.test"


def certificate(file: Path) -> Path:
    """A self-signed one for the source that is read over TLS, with its key."""
    name = host(Reason.TLS)
    words = f"openssl req -x509 -newkey rsa:2048 -nodes -days 400 -subj /CN={name} -addext subjectAltName=DNS:{name}"
    key = file.with_suffix(".key")
    subprocess.run([*words.split(), "-keyout", key, "-out", file], check=True, capture_output=True)
    file.with_suffix(".pem").write_bytes(file.read_bytes() + key.read_bytes())
    return file.with_suffix(".pem")


def page(path: str) -> str:
    told = "".join(f"<p>The apricot harvest of {path} is late, because frost came on day {n}.</p>" for n in range(6))
    return f"<html><body><article><h1>Apricots {path}</h1>{told}</article></body></html>"


_Links = list[tuple[datetime | None, str]]


def _feed(links: _Links) -> tuple[str, str]:
    items = "".join(
        f"<item><title>Apricots {link[-4:]}</title><link>{link}</link>"
        f"{f'<pubDate>{format_datetime(at, usegmt=True)}</pubDate>' if at else ''}</item>"
        for at, link in links
    )
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Apricots</title>{items}</channel></rss>'
    return rss, "application/rss+xml"


def _sitemap(links: _Links) -> tuple[str, str]:
    rows = "".join(f"<url><loc>{link}</loc></url>" for _, link in links)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>', "text/xml"


def _listing(links: _Links) -> tuple[str, str]:
    cards = "".join(
        f'<li class="card"><a href="{link}">Apricots {link[-4:]}</a> <time datetime="{at.isoformat()}">then</time></li>'
        for at, link in links
        if at
    )
    about = "<p>All the news of the orchards of the valley, in the order in which they came.</p>" * 5
    return f"<html><body><h1>News</h1>{about}<ul>{cards}</ul></body></html>", "text/html; charset=utf-8"


WRITTEN = {"/feed.xml": _feed, "/sitemap.xml": _sitemap, "/news": _listing}
