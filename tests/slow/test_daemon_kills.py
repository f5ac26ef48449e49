"""200 SIGKILLs of the daemon at random moments of its work: crawl, screen, file, send. Nothing lost.

Run by hand: `python -m pytest -q -s tests/slow/test_daemon_kills.py`; `PRRWATCH_KILLS=50` for fewer. With a mail
server that takes everything and with one that fails half the time: refuses for now, or takes a mail and never says so.
Each life is a real daemon with a real crawl worker, reading pages over HTTP (see `life.py` how that is quick). The law:

    items lost 0, alerts lost 0, duplicates <= acceptances whose answer never came + kills between send and commit,

message by message, every copy with the same id. `test_kills.py` kills the crawl worker too, and starts everything anew.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from press import BEFORE, SITES, Growing, Healthy, Moody, see_that_all_are_relevant

from prrwatch.routing import first_token
from scheduler.demo.loop import ThreadedLoop
from storage import check, export, outbox, runs
from storage.store import open_readonly, open_store

KILLS = int(os.environ.get("PRRWATCH_KILLS", "200"))
HERE = Path(__file__).parent
READER = "analyst@sample.example.org"
#: A life ends within so many seconds, at random, after it began, asked for a page, filed one, or offered a mail.
STAGES = ("begun", "asked", "filed", "offered")
LONGEST = 0.3
PATIENCE = 300.0
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[crawler]
contact = "mailto:operator@sample.example.org"
allow_private_hosts = ["127.0.0.1"]
[channels.desk]
url = "env:PRRWATCH_TEST_DESK"
[subscriptions.all]
channel = "desk"
"""


@dataclass
class House:
    folder: Path
    sites: tuple[Growing, ...]
    mailbox: Healthy
    lives: subprocess.Popen[str]
    life: psutil.Process | None = None
    workers: list[psutil.Process] = field(default_factory=list)

    def begin(self) -> None:
        self.lives.stdin.write("live\n")
        self.lives.stdin.flush()
        self.life = psutil.Process(int(self.lives.stdout.readline()))

    def end(self, how: signal.Signals) -> None:
        self.workers += self.life.children()
        self.life.send_signal(how)
        assert self.lives.stdout.readline() == "over\n"
        self.life = None

    def published(self) -> set[str]:
        return set().union(*(site.articles() for site in self.sites))

    def filed(self) -> int:
        with open_readonly(self.folder / "prrwatch.db") as store:
            return store.number("SELECT count(*) FROM documents WHERE ruleset IS NOT NULL")

    def settled(self) -> bool:
        with open_readonly(self.folder / "prrwatch.db") as store:
            told = store.number("SELECT count(*) FROM alerts")
            filed = store.number("SELECT count(*) FROM documents WHERE ruleset IS NOT NULL")
            return told > 0 and filed == len(self.published()) and outbox.counts(store).waiting == 0

    def settle(self) -> None:
        """A life in peace, until everything is read and sent."""
        self.begin()
        until(self.settled, lambda: (self.filed(), self.mailbox.offered))
        self.end(signal.SIGTERM)

    def let_time_pass(self) -> None:
        """What waits for a later attempt, a mail or a page that a busy machine did not read in time, is due."""
        long_ago = outbox.rows.at("2026-01-01T00:00:00Z")
        with open_store(self.folder / "prrwatch.db") as store:
            outbox.retry(store, None, long_ago)
            with store.transaction():
                store.write(
                    "UPDATE sightings SET next_try = ? WHERE next_try IS NOT NULL", (outbox.rows.time(long_ago),)
                )

    def reached(self, stage: str) -> Callable[[], bool]:
        """Whether the life that begins now has come so far."""
        asked, filed, offered = self.asked(), self.filed(), self.mailbox.offered
        return {
            "begun": lambda: True,
            "asked": lambda: self.asked() > asked,
            "filed": lambda: self.filed() > filed,
            "offered": lambda: self.mailbox.offered > offered,
        }[stage]

    def asked(self) -> int:
        return sum(site.asked() for site in self.sites)

    def close(self) -> None:
        if self.life:
            self.end(signal.SIGKILL)
        self.lives.stdin.close()
        self.lives.wait(PATIENCE)
        self.lives.stdout.close()


def until(condition: Callable[[], bool], progress: Callable[[], object] = lambda: None) -> None:
    """Wait as long as there is progress: the machine may be busy."""
    deadline, seen = time.monotonic() + PATIENCE, progress()
    while not condition():
        if (now := progress()) != seen:
            deadline, seen = time.monotonic() + PATIENCE, now
        assert time.monotonic() < deadline, f"it did not come in time; so far: {seen}"
        time.sleep(0.02)


@pytest.fixture(params=[Healthy, Moody], ids=["healthy sink", "sink that fails half the time"])
def house(tmp_path, request) -> Iterator[House]:
    (tmp_path / "prrwatch.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "seeds").mkdir()
    with ExitStack() as stack:
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(request.param())
        sites = tuple(Growing(loop, name) for name in SITES)
        for site in sites:
            stack.callback(site.close)
            (tmp_path / "seeds" / f"{site.name}.toml").write_text(site.seed(0.02, "1s"), encoding="utf-8")
        log = stack.enter_context((tmp_path / "log").open("w"))
        lives = subprocess.Popen(
            [sys.executable, "-c", "import life; life.main()", tmp_path],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(HERE)])),
                "PRRWATCH_TEST_DESK": mailbox.url(READER),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        built = House(tmp_path, sites, mailbox, lives)
        stack.callback(built.close)
        yield built


def test_nothing_is_lost_and_what_comes_twice_has_a_cause(house, capsys):
    chance = random.Random(20261122)
    see_that_all_are_relevant(house.sites, BEFORE + KILLS // len(SITES) + 1)
    open_store(house.folder / "prrwatch.db").close()
    house.settle()  # what is there before we begin to watch: one summary
    for number in range(KILLS):
        house.sites[number % len(SITES)].published += 1
        reached = house.reached(STAGES[number % len(STAGES)])
        house.begin()
        until(reached)
        time.sleep(chance.uniform(0, LONGEST))  # the random moment is the experiment
        house.end(signal.SIGKILL)
    house.mailbox.mend()
    house.let_time_pass()
    house.settle()
    _, left = psutil.wait_procs(house.workers, timeout=PATIENCE)
    assert not left, "a worker outlived its daemon"

    account = Account.of(house)
    with capsys.disabled():
        sys.stdout.write(str(account))
    assert account.lost == account.alerts_lost == set()
    assert account.filed == Counter(house.published())
    assert account.findings == ()
    assert account.strangers == set()
    assert account.states.keys() == {"sent"}
    assert all(account.twice[each] <= account.unanswered[each] + account.cut[each] for each in account.received)
    assert account.cut.total() <= KILLS


@dataclass(frozen=True)
class Account:
    """What a life full of kills left behind; counters are by the id of messages."""

    published: set[str]
    filed: Counter[str]
    expected: set[str]
    received: Counter[str]
    letters: int  #: different Message-IDs
    unanswered: Counter[str]  #: taken, and the answer never came
    cut: Counter[str]  #: attempts that began, and of which no end was noted
    passes_cut: int
    states: Counter[str]
    findings: tuple[object, ...]

    @classmethod
    def of(cls, house: House) -> Account:
        mails = tuple(house.mailbox.mails)
        with open_store(house.folder / "prrwatch.db") as store:
            news = {row.story for row in export.relevant(store)}
            told = tuple(export.alerts(store))
            summary = {row.message for row in told if row.kind == "summary"}
            summarised = store.query("SELECT story FROM alert_stories WHERE alert LIKE 'summary-%'")
            baseline = {row["story"] for row in summarised}
            return cls(
                published=house.published(),
                filed=Counter(row.url for row in export.documents(store)),
                expected=summary | {first_token(story, "all") for story in news - baseline},
                received=Counter(mail.message["X-Prrwatch-Id"] for mail in mails),
                letters=len({mail.message["Message-ID"] for mail in mails}),
                unanswered=Counter(mail.message["X-Prrwatch-Id"] for mail in mails if not mail.answered),
                cut=Counter(
                    {
                        row["alert"]: row["cut"]
                        for row in store.query(
                            """
                            SELECT alert, attempts - (SELECT count(*) FROM attempts WHERE delivery = deliveries.id)
                                AS cut FROM deliveries
                            """
                        )
                    }
                ),
                passes_cut=store.number("SELECT count(*) FROM runs WHERE cut_short = ?", (runs.KILLED,)),
                states=Counter(row.state for row in told),
                findings=check.check(store),
            )

    @property
    def lost(self) -> set[str]:
        return self.published - self.filed.keys()

    @property
    def alerts_lost(self) -> set[str]:
        return self.expected - self.received.keys()

    @property
    def strangers(self) -> set[str]:
        """Messages that nobody owed: the same matter under another id would be one."""
        return self.received.keys() - self.expected

    @property
    def twice(self) -> Counter[str]:
        return Counter({each: count - 1 for each, count in self.received.items()})

    def __str__(self) -> str:
        return (
            f"\nkills of the daemon: {KILLS}, of which in the middle of a pass {self.passes_cut}, in the middle of an "
            f"attempt to send {self.cut.total()}\n"
            f"items: {len(self.published)}, lost: {len(self.lost)}; "
            f"alerts: {len(self.expected)}, lost: {len(self.alerts_lost)}\n"
            f"mails taken: {self.received.total()}, of which twice: {self.twice.total()} "
            f"({self.letters} ids of {len(self.received)} messages); "
            f"taken without an answer: {self.unanswered.total()}\n"
        )
