"""Twenty-four ways of breaking, a month on loopback: `python -m pytest -q -s tests/slow/test_month.py`; ten minutes.

The sources are host names on a server of ours, read by the real crawl worker at the moments that the walk plans; its
clocks and those of the walk run at our pace between two looks. In test_every_way_of_breaking_without_a_web what the
worker would say is told by hand.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "scheduler"))
sys.path.append(str(Path(__file__).parent))

from month import WHOLE, Month
from month_web import Web
from newsroom import Newsroom

from prrwatch.crawl import Reason
from scheduler.dispatch import Dispatch
from scheduler.worker import CrawlWorker

WORKER = Path(__file__).with_name("month_worker.py")
CRAWLER = """
[crawler]
contact = "mailto:month@example.org"
allow_private_hosts = ["127.0.0.0/8"]
delay = 0.0
timeout = 4.0
retries = 0
max_bytes = 1000000
"""
SEED = """
id = "{name}"
name = "{name}"
publisher = "{name}"
kind = "media"
homepage = "{base}"
languages = ["en"]
every = "{every}"
tier = 1
article = '/a/'
{ways}
"""
FEED_AND_SITEMAP = """
[[discover]]
way = "feed"
url = "{base}feed.xml"
[[discover]]
way = "sitemap"
url = "{base}sitemap.xml"
"""
LISTING = """
[[discover]]
way = "listing"
url = "{base}news"
items = "li.card"
link = "a"
date = "time"
"""
#: robots.txt is kept for a day (RFC 9309 section 2.4): two looks more than what is asked each time.
KEPT_FOR_A_DAY = (Reason.ROBOTS_DISALLOW, Reason.ROBOTS_UNREACHABLE)


class Running(Newsroom):
    """Its clock runs on from wherever it was set, and the worker's with it."""

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @now.setter
    def now(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)
        (self.folder / "ahead").write_text(str(self._ahead.total_seconds()), encoding="ascii")

    def subscribe(self, text: str) -> None:
        super().subscribe(text)
        with (self.folder / "prrwatch.toml").open("a", encoding="utf-8") as file:
            file.write(CRAWLER)


class Loopback(Month):
    """The month over HTTP: crawl worker, politeness, robots.txt, extraction are real."""

    def opened(self, folder: Path) -> Running:
        room = Running(folder, subscriptions="", sources=())
        self.web = Web(folder, self.outlets, lambda: self.room.now)
        self.worker = CrawlWorker((sys.executable, str(WORKER), str(folder), "--rules", "built-in"))
        self.runner = asyncio.Runner()
        return room

    def seed(self, name: str, every: str) -> str:
        ways = LISTING if name == Reason.LAYOUT_CHANGED else FEED_AND_SITEMAP
        expect = "[expect]\nitems = 3\n" if name == Reason.TOO_FEW_ITEMS else ""
        base = self.web.address(name)
        return SEED.format(name=name, base=base, every=every, ways=ways.format(base=base)) + expect

    def look(self, sources) -> None:
        for source in sources:
            self.began(self.outlets[source.id])
        self.web.tell_names()
        self.runner.run(self._passes(sources))
        self.hear()

    async def _passes(self, sources) -> None:
        dispatch, waiting = Dispatch(self.room.walk, self.worker), list(sources)
        while waiting or dispatch.running:
            dispatch.start(waiting)
            waiting = [source for source in waiting if source.id not in dispatch.running]
            await dispatch.wait()
            dispatch.raise_failure()

    def patience(self, reason: Reason) -> int:
        return super().patience(reason) + 2 * (reason in KEPT_FOR_A_DAY)

    def patience_after(self, reason: Reason) -> int:
        return super().patience_after(reason) + 2 * (reason in KEPT_FOR_A_DAY)

    def close(self) -> None:
        self.runner.run(self.worker.close())
        self.runner.close()
        self.web.close()


def test_every_way_of_breaking_is_told_of_once_by_its_class(tmp_path, monkeypatch):
    month = Loopback(tmp_path, WHOLE)
    monkeypatch.setenv("SSL_CERT_FILE", str(month.web.trusted))
    try:
        month.live()
        requests = month.web.server.count()
    finally:
        month.close()
    told = "\n".join(month.table())
    sys.stdout.write(f"\n{told}\n{month.passes} looks, {requests} requests, {len(month.notices)} notices\n")
    month.check(WHOLE)


def test_every_way_of_breaking_without_a_web(tmp_path):
    month = Month(tmp_path, WHOLE).live()
    month.check(WHOLE)
