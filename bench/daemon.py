"""What the daemon costs: start-up, a quiet hour of 1,000 sources that have nothing new, memory, `prrwatch --help`.

    python bench/daemon.py [SOURCES]
    chrt -r 1 python bench/daemon.py --start [SOURCES]

Real `prrwatch run` against servers on loopback. Every source is read once (not counted), the store is then told that
this was three days ago, and a new daemon polls all of them: each answers 304. The idle ticks of the rest of an hour are
measured for a minute and multiplied. Nothing but loopback is asked.

With `--start` only the start-up is measured, five times; `chrt` gives it both cores where others work on them, too.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from storage.store import open_store

PORTS = 50
IDLE = 60.0
SEED = """
id = "s{n}"
name = "Source {n}"
publisher = "Publisher {n}"
kind = "media"
homepage = "http://127.0.0.1:{port}/s{n}/"
languages = ["en"]
every = "1h"
tier = 1
article = '/s{n}/a/'
[[discover]]
way = "feed"
url = "http://127.0.0.1:{port}/s{n}/feed.xml"
"""
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[crawler]
contact = "mailto:bench@example.org"
allow_private_hosts = ["127.0.0.1"]
delay = 0.0
[operations]
worker_megabytes = 100000
"""


class Web:
    """Servers on many ports; every feed lists one article and answers 304 from the second time on."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.first: float | None = None
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.ports = [self._run(self._listen()) for _ in range(PORTS)]

    def _run(self, coroutine: Coroutine[Any, Any, int]) -> int:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self._answer(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        self.first = self.first or time.monotonic()
        if path == "/robots.txt":
            return self._with(404, "robots")
        if b"if-none-match" in head.lower():
            return self._with(304, "unchanged")
        source = path.split("/")[1]
        if path.endswith("feed.xml"):
            item = f"<item><title>Notes of {source}</title><link>http://{_host(head)}/{source}/a/1</link></item>"
            feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{item}</channel></rss>'
            return self._with(200, "feed", feed, "application/rss+xml")
        text = f"The orchard of {source} will be late this year, because frost came in April. " * 12
        return self._with(200, "article", f"<html><body><article><h1>Notes</h1><p>{text}</p></article></body></html>")

    def _with(self, status: int, kind: str, body: str = "", media: str = "text/html") -> bytes:
        self.requests[kind] += 1
        head = f'HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nETag: "1"\r\nContent-Length: {len(body)}\r\n\r\n'
        return (head + body).encode()


def _host(head: bytes) -> str:
    [line] = [each for each in head.split(b"\r\n") if each.lower().startswith(b"host:")]
    return line.split(b":", 1)[1].strip().decode()


class Run:
    """`prrwatch run`, with what its processes use."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        command = [sys.executable, "-m", "scheduler", "--config", str(folder / "prrwatch.toml"), "run"]
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def pids(self) -> list[int]:
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found += [int(each) for each in children.read_text().split()] if children.exists() else []
        return found

    def cpu(self) -> float:
        return sum(_cpu(pid) for pid in self.pids())

    def resident(self) -> tuple[float, float]:
        """Megabytes of the daemon and of its worker (with its extraction children)."""
        daemon, *others = (_peak(pid) for pid in self.pids())
        return daemon, others[0] if others else 0.0

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(each.split()[1]) / 1000 for each in lines if each.startswith("VmHWM")), 0.0)


def until(condition: Callable[[], object], patience: float = 1800) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ended(folder: Path, started_after: str) -> int:
    with open_store(folder / "prrwatch.db") as store:
        return store.number("SELECT count(*) FROM runs WHERE ended IS NOT NULL AND started > ?", (started_after,))


def days_ago(folder: Path) -> None:
    """All looks were three days ago, and all sources are due."""
    times = (
        ("runs", "started"),
        ("runs", "ended"),
        ("last_looks", "at"),
        ("last_looks", "new_at"),
        ("rhythms", "planned"),
    )
    with open_store(folder / "prrwatch.db") as store, store.transaction():
        for table, column in times:
            store.write(f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%f000Z', {column}, '-3 days')")


def help_seconds() -> float:
    program = str(Path(sys.executable).with_name("prrwatch"))
    times = []
    for _ in range(7):
        began = time.monotonic()
        subprocess.run([program, "--help"], check=True, capture_output=True)
        times.append(time.monotonic() - began)
    return sorted(times)[3]


def written(folder: Path, web: Web, sources: int) -> Path:
    (folder / "prrwatch.toml").write_text(SITE)
    (folder / "seeds").mkdir()
    for n in range(sources):
        (folder / "seeds" / f"s{n}.toml").write_text(SEED.format(n=n, port=web.ports[n % PORTS]))
    return folder


def starts(sources: int) -> None:
    web = Web()
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), web, sources)
        for _ in range(5):
            web.first = None
            run = Run(folder)
            until(lambda: web.first is not None)
            each = ", ".join(f"{_cpu(pid):.2f}" for pid in run.pids())
            load = os.getloadavg()[0]
            print(f"start-up to first poll: {web.first - run.began:.2f} s wall; CPU {each}; load average {load:.0f}")
            run.end()


def main(sources: int) -> None:
    print(f"prrwatch --help: {help_seconds():.2f} s (median of 7); load average {os.getloadavg()[0]:.1f}")
    web = Web()
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), web, sources)
        first = Run(folder)
        until(lambda: web.requests["article"] >= sources)
        until(lambda: ended(folder, "") >= sources)
        print(f"first reading of {sources} sources: {first.cpu():.0f} s CPU, {sum(web.requests.values())} requests")
        first.end()
        days_ago(folder)
        web.requests.clear()
        web.first = None
        hour = Run(folder)
        until(lambda: web.first is not None)
        print(f"start-up to first poll: {web.first - hour.began:.2f} s wall, {hour.cpu():.2f} s CPU")
        until(lambda: web.requests["unchanged"] >= sources)
        time.sleep(5)
        polled = hour.cpu()
        time.sleep(IDLE)
        idle = (hour.cpu() - polled) / IDLE
        daemon, worker = hour.resident()
        cost = polled + idle * 3600
        print(f"a quiet hour: {cost:.0f} s CPU (start and polls {polled:.1f}, idle ticks {idle * 3600:.0f})")
        print(f"requests: {sum(web.requests.values())} ({dict(web.requests)})")
        print(f"resident at most: daemon {daemon:.0f} MB, worker {worker:.0f} MB")
        hour.end()


if __name__ == "__main__":
    measure = starts if "--start" in sys.argv else main
    measure(next((int(each) for each in sys.argv[1:] if each.isdecimal()), 1000))
