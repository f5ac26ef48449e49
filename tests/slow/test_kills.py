"""20 SIGKILLs of the crawl worker and 20 of the daemon, each at a random moment of a scripted day, each started anew.

Run by hand: `python -m pytest -q -s tests/slow/test_kills.py`; it takes minutes and prints what it counted.
`test_daemon_kills.py` kills the daemon 200 times with each of two mail servers, in lives that cost no start-up time.

The law it holds prrwatch to: every article is there once, every alert is sent, and a message that arrives again
carries the same token and has a cause: the server took it without saying so (we let that happen a few times), or we
were killed between its answer and our note, which can concern one message a kill, because a channel's messages are
sent one after another.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from press import BEFORE, SITES, Growing, see_that_all_are_relevant

from prrwatch.alert import AlertKind
from scheduler.demo import Mailbox, environment, site_file
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.mailbox import Vanish
from storage import check, export, outbox
from storage.store import open_readonly, open_store

#: Of the worker, and of the daemon.
KILLS = 20
#: Articles that each site adds before each kill. With the delay below they take longer than the longest wait.
ADDED = 6
DELAY = 0.15
LONGEST_WAIT = 1.2
#: Every so many rounds the mail server takes one message and drops the connection instead of saying so.
VANISH_EVERY = 7
PATIENCE = 180.0  # a lease of a killed daemon runs out after one minute


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


def until(condition, what="it") -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in time"
        time.sleep(0.02)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    with ExitStack() as stack:
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(Mailbox())
        sites = tuple(Growing(loop, name) for name in SITES)
        (tmp_path / "seeds").mkdir()
        for site in sites:
            (tmp_path / "seeds" / f"{site.name}.toml").write_text(site.seed(DELAY, "2s"), encoding="utf-8")
            stack.callback(site.close)
        site_file(tmp_path)
        built = House(tmp_path, sites, mailbox)
        stack.callback(built.close)
        yield built


@dataclass(frozen=True)
class Account:
    """What a life full of kills left behind."""

    killed: Counter[str]
    articles: set[str]
    rows: list
    asked: int
    states: Counter[str]
    received: Counter[str]  #: mails by token
    unanswered: int
    findings: tuple

    @property
    def twice(self) -> int:
        return sum(self.received.values()) - len(self.received)

    @property
    def lost(self) -> int:
        return len(self.articles - {row.url for row in self.rows})

    def __str__(self) -> str:
        new = sum(token.startswith(f"{AlertKind.NEW}-") for token in self.received)
        return (
            f"\nkilled: worker {self.killed['worker']}, daemon {self.killed['daemon']}; articles: "
            f"{len(self.articles)}, stored {len(self.rows)}, lost {self.lost}, requests for them {self.asked}\n"
            f"news: {len(self.articles) - BEFORE * len(SITES)}, told {new}; alerts: {sum(self.states.values())}, of "
            f"which sent {self.states['sent']}; mails: {sum(self.received.values())}, twice: {self.twice}, "
            f"taken without an answer: {self.unanswered}\n"
        )


def live_through(house: House, victims: Sequence[str]) -> Account:
    """One life: something new in each round, in the middle of which a victim is killed; then peace, and the account."""
    see_that_all_are_relevant(house.sites, BEFORE + len(victims) * ADDED)
    chance = random.Random(20261122)
    killed: Counter[str] = Counter()
    house.start()
    until(lambda: len(house.mailbox.mails))  # the summary of what was there before
    for number, victim in enumerate(victims):
        if number % VANISH_EVERY == 0:
            house.mailbox.break_(Vanish(), times=1)
        house.grow()
        time.sleep(chance.uniform(0, LONGEST_WAIT))  # the random moment is the experiment
        if victim == "daemon":
            house.kill_daemon()
            house.start()
        elif worker := house.worker():
            worker.kill()
        else:
            continue
        killed[victim] += 1
    articles = set().union(*(site.articles() for site in house.sites))
    news = len(articles) - BEFORE * len(SITES)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= news and nothing_waits(house), f"the mail for {news} stories")
    assert house.daemon.poll() is None
    house.daemon.terminate()
    assert house.daemon.wait(15) == 0
    return _account(house, killed, articles)


def _account(house: House, killed: Counter[str], articles: set[str]) -> Account:
    with open_readonly(house.folder / "prrwatch.db") as store:
        rows = list(export.documents(store))
        states = Counter(row.state for row in export.alerts(store))
    with open_store(house.folder / "prrwatch.db") as store:
        findings = check.check(store)
    return Account(
        killed,
        articles,
        rows,
        sum(site.asked() for site in house.sites),
        states,
        Counter(mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails),
        sum(not mail.answered for mail in house.mailbox.mails),
        findings,
    )


def hold_to_the_law(house: House, account: Account) -> None:
    assert Counter(row.url for row in account.rows) == dict.fromkeys(account.articles, 1)
    assert all(row.versions == 1 and row.relevant for row in account.rows)
    assert account.findings == ()
    assert account.states == {"sent": len(account.received)}
    assert len(tokens(house, AlertKind.NEW)) == len(account.articles) - BEFORE * len(SITES)
    assert len(tokens(house, AlertKind.SUMMARY)) == 1
    assert account.twice <= account.unanswered + account.killed["daemon"]


def test_forty_kills(house, capsys):
    account = live_through(house, ["worker"] * KILLS + ["daemon"] * KILLS)
    with capsys.disabled():
        sys.stdout.write(str(account))
    assert account.killed == {"worker": KILLS, "daemon": KILLS}
    hold_to_the_law(house, account)


def tokens(house: House, kind: AlertKind) -> set[str]:
    found = {mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails}
    return {token for token in found if token.startswith(f"{kind}-")}


def nothing_waits(house: House) -> bool:
    with open_readonly(house.folder / "prrwatch.db") as store:
        return outbox.counts(store).waiting == 0
