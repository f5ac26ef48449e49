"""200 SIGKILLs of the daemon at random moments of its work: file, judge, group, send, note. Nothing lost.

Run by hand: `python -m pytest -q -s tests/slow/test_outbox_kills.py`; `PRRWATCH_KILLS=50` for fewer. With a mail
server that takes everything and with one that fails half the time: refuses for now, or takes a mail and never says so.
The law:

    items lost 0, alerts lost 0, duplicates <= acceptances whose answer never came + kills between send and note,

and a kill is between send and note for one mail at most, because a channel's mails are sent one after another.
`test_kills.py` does the same to the real crawl worker, slower.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prrwatch.routing import first_token
from scheduler.demo import Mailbox
from scheduler.demo.mailbox import RefuseMessage, Vanish
from storage import check, export, outbox
from storage.store import open_readonly, open_store

KILLS = int(os.environ.get("PRRWATCH_KILLS", "200"))
LIFE = Path(__file__).with_name("life.py")
READERS = ("analyst@sample.example.org", "desk@sample.example.org")
#: Articles that appear in each life.
NEW = 1
LONGEST_LIFE = 1.5  # seconds, from the fork to the kill
PATIENCE = 120.0
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[crawler]
allow_private_hosts = ["127.0.0.1"]
[channels.desk]
url = "env:PRRWATCH_TEST_DESK"
[subscriptions.all]
channel = "desk"
"""
SEED = """
id = "scripted"
name = "Scripted"
publisher = "Scripted"
kind = "media"
homepage = "http://127.0.0.1:9/"
languages = ["en"]
every = "2s"
tier = 1
article = '/a/'
[[discover]]
way = "feed"
url = "http://127.0.0.1:9/feed.xml"
"""


class Moody(Mailbox):
    """A mail server that fails half the time, until it is in a good mood for good."""

    def __init__(self) -> None:
        super().__init__()
        self.chance, self.bad = random.Random(20261122), True

    async def handle_DATA(self, *call):  # noqa: N802  the name is aiosmtpd's
        """Called by aiosmtpd for each message."""
        self._fault = self.chance.choice([None, None, RefuseMessage(), Vanish()]) if self.bad else None
        return await super().handle_DATA(*call)

    def mend(self) -> None:
        self.bad = False


@dataclass
class House:
    folder: Path
    mailbox: Mailbox
    lives: subprocess.Popen[str]
    published: int = 0
    child: int = 0

    def publish(self, articles: int) -> None:
        self.published += articles
        # Replaced in one step: a life must not read half a number.
        (self.folder / "published.new").write_text(str(self.published), encoding="utf-8")
        (self.folder / "published.new").replace(self.folder / "published")

    def begin(self) -> None:
        self.lives.stdin.write("live\n")
        self.lives.stdin.flush()
        self.child = int(self.lives.stdout.readline())

    def end(self, how: signal.Signals) -> None:
        os.kill(self.child, how)
        assert self.lives.stdout.readline() == "over\n"
        self.child = 0

    def close(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
        self.lives.stdin.close()
        self.lives.wait(10)
        self.lives.stdout.close()

    def settle(self) -> None:
        """A life in peace, until everything is read and sent."""
        self.begin()
        deadline, taken = time.monotonic() + PATIENCE, 0
        while not self._settled():
            if len(self.mailbox.mails) > taken:  # as long as mails come, we wait
                deadline, taken = time.monotonic() + PATIENCE, len(self.mailbox.mails)
            assert time.monotonic() < deadline, "it did not come in time"
            time.sleep(0.1)
        self.end(signal.SIGTERM)

    def _settled(self) -> bool:
        with open_readonly(self.folder / "prrwatch.db") as store:
            read = store.number("SELECT count(*) FROM runs WHERE ok = 1")
            filed = store.number("SELECT count(*) FROM documents WHERE ruleset IS NOT NULL")
            return read > 0 and filed == self.published and outbox.counts(store).waiting == 0


@pytest.fixture(params=[Mailbox, Moody], ids=["healthy sink", "sink that fails half the time"])
def house(tmp_path, request) -> Iterator[House]:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "scripted.toml").write_text(SEED, encoding="utf-8")
    (tmp_path / "prrwatch.toml").write_text(SITE, encoding="utf-8")
    with request.param() as mailbox, (tmp_path / "log").open("w") as log:
        lives = subprocess.Popen(
            [sys.executable, LIFE, tmp_path],
            env={**os.environ, "PRRWATCH_TEST_DESK": mailbox.url(*READERS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        house = House(tmp_path, mailbox, lives)
        try:
            yield house
        finally:
            house.close()


def test_nothing_is_lost_and_what_comes_twice_has_a_cause(house, capsys):
    chance = random.Random(20261122)
    house.publish(0)
    open_store(house.folder / "prrwatch.db").close()
    house.settle()  # the first pass finds nothing: all that comes later is news
    for _ in range(KILLS):
        house.publish(NEW)
        house.begin()
        time.sleep(chance.uniform(0, LONGEST_LIFE))  # the random moment is the experiment
        house.end(signal.SIGKILL)
    house.mailbox.mend()
    with open_store(house.folder / "prrwatch.db") as store:
        outbox.retry(store, None, outbox.rows.at("2026-01-01T00:00:00Z"))
    house.settle()

    with open_store(house.folder / "prrwatch.db") as store:
        documents = list(export.documents(store))
        stories = {row.story for row in export.relevant(store)}
        states = Counter(row.state for row in export.alerts(store))
        unnoted = store.number("SELECT sum(attempts) FROM deliveries") - store.number("SELECT count(*) FROM attempts")
        findings = check.check(store)
    received = Counter((mail.message["X-Prrwatch-Id"], *mail.recipients) for mail in house.mailbox.mails)
    unanswered = sum(not mail.answered for mail in house.mailbox.mails)
    expected = {(first_token(story, "all"), reader) for story in stories for reader in READERS}
    twice = sum(received.values()) - len(received)
    with capsys.disabled():
        sys.stdout.write(
            f"\nkills: {KILLS}; items: {house.published}, lost: {house.published - len(documents)}; "
            f"alerts (story and reader): {len(expected)}, lost: {len(expected - received.keys())}\n"
            f"mails taken: {sum(received.values())}, twice: {twice}, taken without an answer: {unanswered}, "
            f"attempts cut by a kill: {unnoted}; {dict(states)}\n"
        )
    assert Counter(row.url for row in documents).most_common(1)[0][1] == 1
    assert len(documents) == house.published
    assert findings == ()
    assert received.keys() == expected
    assert states == {"sent": len(expected)}
    assert twice <= unanswered + unnoted
    assert unnoted <= KILLS
