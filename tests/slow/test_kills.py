"""SIGKILLs of the crawl worker and of the daemon, each at a random moment of a scripted day: crawl, judge, file, send.

Run by hand: `python -m pytest -q -s tests/slow/test_kills.py`; it takes many minutes and prints what it counted.
`PRRWATCH_KILLS=50` kills the daemon 50 times instead of 200 with each of the two mail servers, one that takes
everything and one that fails half the time; `PRRWATCH_KILL_MINUTES=10` ends each round of killing after so long.

The law it holds
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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from prrwatch import relevance
from prrwatch.alert import AlertKind
from scheduler.demo import Mailbox, environment, site_file
from scheduler.demo.exchange import Answer, Request
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.mailbox import RefuseMessage, Vanish
from scheduler.demo.server import Server
from storage import check, export, outbox
from storage.store import open_readonly, open_store

#: Of the worker, and of the daemon, where both are killed.
KILLS = 20
DAEMON_KILLS = int(os.environ.get("PRRWATCH_KILLS", "200"))
MINUTES = float(os.environ.get("PRRWATCH_KILL_MINUTES", "60"))
#: Articles that each site adds before each kill. With the delay below they take longer than the longest wait.
ADDED = 6
DELAY = 0.15
LONGEST_WAIT = 1.2
SITES = ("east", "west")
#: Every so many rounds the mail server takes one message and drops the connection instead of saying so.
VANISH_EVERY = 7
PATIENCE = 180.0  # a lease of a killed daemon runs out after one minute
#: Neutral words: every article must be relevant by its first sentence, and resemble no other one.
WORDS = re.findall(
    r"\w+",
    """
    morning table garden river window teacher music kitchen letter mountain season bread market summer winter road
    visitor evening colour paper village station orchard picture story friend corner bridge neighbour answer language
    apple lesson flower notebook pencil weather holiday journey street tailor carpet thread needle pattern fabric
    green small quiet early bright common useful local young simple warm careful open many every first second often
    always later again together near behind under before during while since began made opened brought showed found
    asked called played walked cooked learned painted mended planted visited offered counted carried finished joined
    """,
)
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
        return f"Women repatriated from Syria open workshop number {self._serial(number)} in the {self.name}"

    def text(self, number: int) -> list[str]:
        """The paragraphs of an article: relevant by the first sentence of each, unlike any other by the rest."""
        chance = random.Random(f"{self.name} {number}")
        office = f"{self.name} {self._serial(number)}"
        lead = f"Women who were repatriated from camps in Syria entered rehabilitation, said {office}."
        bodies = [f"{lead} {' '.join(chance.choices(WORDS, k=60)).capitalize()}." for _ in range(5)]
        return [f"The workshop opened on {self._opened(number):%d %B %Y}.", *bodies]

    def _opened(self, number: int) -> datetime:
        """A day of its own, days from any other's: what opens then is another story."""
        return PUBLISHED - timedelta(days=7 * self._serial(number))

    def _serial(self, number: int) -> int:
        """A number of its own among all sites: two reports of "workshop number 68" are one story."""
        return len(SITES) * number + SITES.index(self.name)

    def _page(self, number: int) -> str:
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in self.text(number))
        return f"<html><body><article><h1>{self._title(number)}</h1>{paragraphs}</article></body></html>"


class Moody(Mailbox):
    """A mail server that fails half the time: it refuses for now, or takes the message and does not say so."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(20261122)

    async def handle_DATA(self, *call):  # noqa: N802  the name is aiosmtpd's
        """Called by aiosmtpd for each message."""
        self._fault = self.chance.choice([None, None, RefuseMessage(), Vanish()])
        return await super().handle_DATA(*call)


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
def house(tmp_path, request) -> Iterator[House]:
    with ExitStack() as stack:
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(getattr(request, "param", Mailbox)())
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
            f"news: {len(self.articles) - 2 * len(SITES)}, told {new}; alerts: {sum(self.states.values())}, of which "
            f"sent {self.states['sent']}; mails: {sum(self.received.values())}, twice: {self.twice}, "
            f"taken without an answer: {self.unanswered}\n"
        )


def live_through(house: House, victims: Sequence[str]) -> Account:
    """One life: something new in each round, in the middle of which a victim is killed; then peace, and the account."""
    _see_that_all_are_relevant(house.sites, 2 + len(victims) * ADDED)
    chance = random.Random(20261122)
    killed: Counter[str] = Counter()
    house.start()
    until(lambda: len(house.mailbox.mails))  # the summary of what was there before
    deadline = time.monotonic() + 60 * MINUTES
    for number, victim in enumerate(victims):
        if time.monotonic() > deadline:
            break
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
    articles = {f"{site.url}/a/{n}" for site in house.sites for n in range(1, site.published + 1)}
    news = len(articles) - 2 * len(SITES)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= news and nothing_waits(house), f"the mail for {news} stories")
    assert house.daemon.poll() is None
    house.daemon.terminate()
    assert house.daemon.wait(15) == 0
    return _account(house, killed, articles)


def _see_that_all_are_relevant(sites: Iterable[Growing], articles: int) -> None:
    """Else the experiment would wait for alerts that nobody owes."""
    rules = relevance.load_rules()
    for site in sites:
        for number in range(1, articles + 1):
            assert relevance.judge(None, "\n\n".join(site.text(number)), "en", rules).relevant, site.text(number)


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
        sum("/a/" in each.request.path for site in house.sites for each in site.exchanges),
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
    assert len(tokens(house, AlertKind.NEW)) == len(account.articles) - 2 * len(SITES)
    assert len(tokens(house, AlertKind.SUMMARY)) == 1
    assert account.twice <= account.unanswered + account.killed["daemon"]


def test_forty_kills(house, capsys):
    account = live_through(house, ["worker"] * KILLS + ["daemon"] * KILLS)
    with capsys.disabled():
        sys.stdout.write(str(account))
    assert account.killed == {"worker": KILLS, "daemon": KILLS}
    hold_to_the_law(house, account)


@pytest.mark.parametrize(
    "house", [Mailbox, Moody], indirect=True, ids=["healthy sink", "sink that fails half the time"]
)
def test_the_daemon_is_killed_again_and_again(house, capsys):
    account = live_through(house, ["daemon"] * DAEMON_KILLS)
    with capsys.disabled():
        sys.stdout.write(str(account))
    hold_to_the_law(house, account)


def tokens(house: House, kind: AlertKind) -> set[str]:
    found = {mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails}
    return {token for token in found if token.startswith(f"{kind}-")}


def nothing_waits(house: House) -> bool:
    with open_readonly(house.folder / "prrwatch.db") as store:
        return outbox.counts(store).waiting == 0
