"""Twenty SIGKILLs of the crawl worker and twenty of the daemon, each at a random moment in the middle of a crawl.

Run by hand: `python -m pytest -q -s tests/slow`; it takes some minutes and prints what it counted. The law it holds
prrwatch to: every article is there once, every alert is sent, and a message that arrives again carries the same token
and has a cause: the server took it without saying so (we let that happen a few times), or we were killed between its
answer and our note, which can concern one message a kill, because a channel's messages are sent one after another.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from prrwatch.alert import AlertKind
from scheduler.demo import Mailbox, environment, pages, site_file
from scheduler.demo.exchange import Answer, Request
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.mailbox import Vanish
from scheduler.demo.server import Server
from storage import check, export, outbox
from storage.store import open_readonly, open_store

KILLS = 20
#: Articles that each site adds before each kill. With the delay below they take longer than the longest wait.
ADDED = 6
DELAY = 0.15
LONGEST_WAIT = 1.2
SITES = ("east", "west")
#: Every so many rounds the mail server takes one message and drops the connection instead of saying so.
VANISH_EVERY = 7
PATIENCE = 120.0
PUBLISHED = datetime(2026, 5, 6, tzinfo=UTC)
SEED = """
id = "{name}"
name = "{name}"
publisher = "{name}"
kind = "media"
homepage = "{base}/"
languages = ["en"]
every = "2s"
tier = 1
delay = {delay}
article = '^{base_regex}/a/\\d+$'

[[discover]]
way = "feed"
url = "{base}/feed.xml"

[[example]]
url = "{base}/a/1"
article = true

[[example]]
url = "{base}/"
article = false
"""


class Growing(Server):
    """A site with a feed of all its articles; each article is an event of its own."""

    def __init__(self, loop: ThreadedLoop, name: str) -> None:
        self.name = name
        self.published = 2  # what is there before we begin to watch
        self._words = _vocabulary()
        super().__init__(loop, self._answer)

    def _answer(self, request: Request) -> Answer:
        if request.path == "/feed.xml":
            return Answer(200, self._feed().encode(), "application/rss+xml", modified=PUBLISHED)
        if article := re.fullmatch(r"/a/(\d+)", request.path):
            return Answer(200, self._page(int(article[1])).encode(), modified=PUBLISHED)
        return Answer(404)

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{self._title(n)}</title><link>{self.url}/a/{n}</link></item>"
            for n in range(1, self.published + 1)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.name}</title>{items}</channel></rss>'

    def _title(self, number: int) -> str:
        return f"Women repatriated from Syria open workshop number {number} in the {self.name}"

    def _page(self, number: int) -> str:
        chance = random.Random(f"{self.name} {number}")
        paragraphs = "".join(f"<p>{' '.join(chance.choices(self._words, k=60)).capitalize()}.</p>" for _ in range(5))
        lead = (
            f"<p>Women who were repatriated from camps in Syria entered rehabilitation, said {self.name} {number}.</p>"
        )
        return f"<html><body><article><h1>{self._title(number)}</h1>{lead}{paragraphs}</article></body></html>"


def _vocabulary() -> list[str]:
    text = " ".join(" ".join(each.text) for name in pages.names() for each in pages.load(name).articles)
    return sorted(set(re.findall(r"\b[a-z]{3,12}\b", text)))


class House:
    def __init__(self, folder: Path, sites: tuple[Growing, ...], mailbox: Mailbox) -> None:
        self.folder, self.sites, self.mailbox = folder, sites, mailbox
        self.daemon: psutil.Popen | None = None
        self.log = (folder / "daemon.log").open("ab")

    def start(self) -> None:
        command = [sys.executable, "-m", "scheduler", "--config", str(self.folder / "prrwatch.toml"), "run"]
        env = {**os.environ, **environment(self.mailbox)}
        self.daemon = psutil.Popen(command, env=env, stdout=self.log, stderr=subprocess.STDOUT)

    def worker(self) -> psutil.Process | None:
        workers = [child for child in self.daemon.children() if child.cmdline()[1:3] == ["-m", "crawler"]]
        return workers[0] if workers else None

    def kill_daemon(self) -> None:
        family = self.daemon.children(recursive=True)
        self.daemon.kill()
        self.daemon.wait(10)
        assert psutil.wait_procs(family, timeout=15)[1] == [], "the worker outlived its daemon"

    def grow(self) -> None:
        """Publish, and wait until the crawl is in the middle of what is new."""
        for site in self.sites:
            site.published += ADDED
        new = [(site, site.published - ADDED) for site in self.sites]
        until(lambda: any(site.count(f"/a/{n}") for site, old in new for n in range(old + 1, old + ADDED + 1)))

    def close(self) -> None:
        if self.daemon and self.daemon.is_running():
            family = self.daemon.children(recursive=True)
            self.daemon.kill()
            psutil.wait_procs([self.daemon, *family], timeout=10)
        self.log.close()


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    with ExitStack() as stack:
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(Mailbox())
        sites = tuple(Growing(loop, name) for name in SITES)
        (tmp_path / "seeds").mkdir()
        for site in sites:
            seed = SEED.format(name=site.name, base=site.url, base_regex=re.escape(site.url), delay=DELAY)
            (tmp_path / "seeds" / f"{site.name}.toml").write_text(seed, encoding="utf-8")
            stack.callback(site.close)
        site_file(tmp_path)
        built = House(tmp_path, sites, mailbox)
        stack.callback(built.close)
        yield built


def test_forty_kills(house, capsys):
    chance = random.Random(20261122)
    killed: Counter[str] = Counter()
    house.start()
    until(lambda: len(house.mailbox.mails))  # the summary of what was there before
    for number in range(2 * KILLS):
        if number % VANISH_EVERY == 0:
            house.mailbox.break_(Vanish(), times=1)
        house.grow()
        time.sleep(chance.uniform(0, LONGEST_WAIT))  # the random moment is the experiment
        if number < KILLS:
            if worker := house.worker():
                worker.kill()
                killed["worker"] += 1
        else:
            house.kill_daemon()
            killed["daemon"] += 1
            house.start()

    articles = {f"{site.url}/a/{n}" for site in house.sites for n in range(1, site.published + 1)}
    news = len(articles) - 2 * len(SITES)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= news and nothing_waits(house))
    assert house.daemon.poll() is None
    house.daemon.terminate()
    assert house.daemon.wait(15) == 0

    with open_readonly(house.folder / "prrwatch.db") as store:
        rows = list(export.documents(store))
        states = Counter(row.state for row in export.alerts(store))
    with open_store(house.folder / "prrwatch.db") as store:
        findings = check.check(store)
    asked = Counter(
        each.request.target for site in house.sites for each in site.exchanges if "/a/" in each.request.path
    )
    received = Counter(mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails)
    unanswered = sum(not mail.answered for mail in house.mailbox.mails)
    twice = sum(received.values()) - len(received)
    with capsys.disabled():
        sys.stdout.write(
            f"\nkilled: worker {killed['worker']}, daemon {killed['daemon']}; articles: {len(articles)}, stored "
            f"{len(rows)}, requests for them {sum(asked.values())}\nalerts: {sum(states.values())} of which sent "
            f"{states['sent']}; mails: {sum(received.values())}, twice: {twice}, without an answer: {unanswered}\n"
        )
    assert killed == {"worker": KILLS, "daemon": KILLS}
    assert Counter(row.url for row in rows) == dict.fromkeys(articles, 1)
    assert all(row.versions == 1 and row.relevant for row in rows)
    assert findings == ()
    assert states == {"sent": len(received)}
    assert len(tokens(house, AlertKind.NEW)) == news
    assert len(tokens(house, AlertKind.SUMMARY)) == 1
    assert twice <= unanswered + killed["daemon"]


def tokens(house: House, kind: AlertKind) -> set[str]:
    found = {mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails}
    return {token for token in found if token.startswith(f"{kind}-")}


def nothing_waits(house: House) -> bool:
    with open_readonly(house.folder / "prrwatch.db") as store:
        return outbox.counts(store).waiting == 0
