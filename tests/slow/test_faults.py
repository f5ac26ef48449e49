"""Real faults under a real `prrwatch run`: it says so, goes on when they are over, and has lost nothing.

Run by hand: `python -m pytest -q -s tests/slow/test_faults.py`; ten minutes. Full and read-only disks need root (a file
system on a loop device) and skip without. Kills: test_kills.py; two daemons, power loss, corruption at rest:
test_disasters.py.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from fault_house import FaultHouse, fault_house, mount_again, until
from press import SITES
from test_kills import nothing_waits, tokens

from prrwatch.alert import AlertKind
from scheduler.demo import environment, faults
from storage import check, export
from storage.store import open_readonly, open_store

ADDED = 4


@pytest.fixture
def house(tmp_path, monkeypatch) -> Iterator[FaultHouse]:
    with fault_house(tmp_path, monkeypatch) as built:
        yield built


@contextmanager
def full_disk(house: FaultHouse) -> Iterator[None]:
    needs_disk(house)
    ballast = house.folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    yield
    ballast.unlink()


@contextmanager
def read_only_disk(house: FaultHouse) -> Iterator[None]:
    """What ext4 does to itself after an error of the disk; it is unmounted and mounted again."""
    needs_disk(house)
    os.sync()  # the operator's files are older than the five seconds for which ext4 keeps them in memory
    subprocess.run(["mount", "-o", "remount,abort", house.folder], check=True)
    yield
    mount_again(house.folder)


@contextmanager
def locked_store(house: FaultHouse) -> Iterator[None]:
    other = sqlite3.connect(house.folder / "prrwatch.db", isolation_level=None, timeout=60)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def damaged_store(house: FaultHouse) -> Iterator[None]:
    """The disk returns garbage for half of the store; the operator restores last night's backup."""
    backup = house.outside / "backup.db"
    assert prrwatch(house, "db", "backup", str(backup))
    store, chance = house.folder / "prrwatch.db", random.Random(20261122)
    # What stands in the log or in the daemon's memory is not read from the disk: another program's write empties both.
    with closing(sqlite3.connect(store, isolation_level=None, timeout=60)) as other:
        other.execute("CREATE TABLE visitor (n)")
        other.execute("DROP TABLE visitor")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.open("r+b") as file:
        pages = store.stat().st_size // 4096
        for page in chance.sample(range(1, pages), pages // 2):
            file.seek(4096 * page)
            file.write(chance.randbytes(4096))
    yield
    until(lambda: prrwatch(house, "db", "restore", str(backup)), "a moment in which the daemon does not try")


@contextmanager
def no_network(house: FaultHouse) -> Iterator[None]:
    for site in house.sites:
        site.break_(faults.drop())
    yield
    for site in house.sites:
        site.mend()


@contextmanager
def no_names(house: FaultHouse) -> Iterator[None]:
    house.no_names.touch()
    yield
    house.no_names.unlink()


@contextmanager
def hanging_worker(house: FaultHouse) -> Iterator[None]:
    """It is stopped, and nobody tells the daemon."""
    house.worker().send_signal(signal.SIGSTOP)
    yield


@contextmanager
def dead_worker(house: FaultHouse) -> Iterator[None]:
    house.grow()
    house.worker().kill()
    yield


@contextmanager
def clock_ahead(house: FaultHouse) -> Iterator[None]:
    house.set_clock(timedelta(hours=3))
    yield


@contextmanager
def clock_back(house: FaultHouse) -> Iterator[None]:
    """Three hours ahead, then right again: what was planned meanwhile lies in the future."""
    house.set_clock(timedelta(hours=3))
    published = [site.published for site in house.sites]
    publish(house)
    new = sum(site.published for site in house.sites) - sum(published)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= new, "news under the wrong clock")
    house.set_clock(timedelta())
    yield


@contextmanager
def dead_daemon(house: FaultHouse) -> Iterator[None]:
    house.grow()
    house.kill_daemon()
    house.start()
    yield


@dataclass(frozen=True)
class Fault:
    lasts: Callable[[FaultHouse], AbstractContextManager[None]]
    says: str = ""  #: in its log, while the fault lasts
    told: str = ""  #: operators, of each site
    errors: int = 0  #: lines of level ERROR
    before: Callable[[FaultHouse], None] = lambda _: None  #: what the daemon must be started with


FAULTS = {
    "disk full": Fault(full_disk, r"disk is full|disk reports an error", errors=1),
    "read-only": Fault(read_only_disk, r"is read-only|disk reports an error", errors=1),
    "locked": Fault(locked_store, r"locked by another program; end it", errors=1),
    "damaged": Fault(damaged_store, r"is damaged|is not a database", errors=1),
    "network gone": Fault(no_network, told="broken (refused)"),
    "DNS gone": Fault(no_names, told="broken (dns)"),
    "worker hangs": Fault(hanging_worker, r"not done within 0:01:00", before=FaultHouse.limit_passes),
    "worker dies": Fault(dead_worker, r"the crawl worker was lost"),
    "daemon dies": Fault(dead_daemon),
    "clock ahead": Fault(clock_ahead, before=FaultHouse.keep_clock),
    "clock back": Fault(clock_back, r"the clock was set back; ticking on", before=FaultHouse.keep_clock),
}


#: A message that was under way, one a channel, when the store could not be told that it was taken; and after a backup
#: was restored, what was sent since.
MAY_COME_TWICE = {"disk full": 2, "read-only": 2, "locked": 2, "daemon dies": 2, "damaged": 2 * ADDED}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_lost(house, fault, request):
    fault.before(house)
    house.start()
    until(lambda: len(house.mailbox.mails), "the summary of what was there before")
    with fault.lasts(house):
        publish(house)
        if fault.says:
            until(lambda: re.search(fault.says, house.said()), f"a line about {fault.says}")
        if fault.told:
            until(lambda: set(notices(house)) == {f"source {name}: {fault.told}" for name in SITES}, fault.told)
        publish(house)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= owed(house) and nothing_waits(house), "all news")
    if fault.told:
        until(lambda: len(notices(house)) == 2 * len(SITES), "the recovery")
    assert house.daemon.poll() is None, "it has outlived the fault"
    house.end()
    account(house, request.node.callspec.id)
    assert house.said().count(" ERROR ") == fault.errors
    assert not fault.told or notices(house)[len(SITES) :] == ["source east: recovered", "source west: recovered"]


def test_three_days_of_downtime_are_one_summary(house):
    house.keep_clock()
    house.start()
    until(lambda: len(house.mailbox.mails) and nothing_waits(house), "the summary of what was there before")
    house.end()
    house.set_clock(timedelta(days=3))
    before = owed(house)
    for site in house.sites:
        site.published += 30
    seen = [len(site.exchanges) for site in house.sites]
    house.start()
    until(lambda: len(tokens(house, AlertKind.SUMMARY)) == 2 and nothing_waits(house), "the summary")
    for site, known in zip(house.sites, seen, strict=True):
        asked = list(site.exchanges)[known:]
        assert all(one.ended <= other.began for one, other in pairwise(asked)), "a stampede"
    assert len(tokens(house, AlertKind.NEW)) == before == 0
    publish(house)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= ADDED * len(SITES) and nothing_waits(house), "news again")
    house.end()
    account(house, "three days of downtime", summarised=60)


def publish(house: FaultHouse) -> None:
    for site in house.sites:
        site.published += ADDED


def owed(house: FaultHouse) -> int:
    return sum(site.published for site in house.sites) - 2 * len(SITES)


def notices(house: FaultHouse) -> list[str]:
    """What operators were told, in order; sites in theirs."""
    found = [mail for mail in house.mailbox.mails if mail.message["X-Prrwatch-Id"].startswith(AlertKind.OPERATOR)]
    words = [re.sub(r"^\[.*?\]\s*", "", mail.message["Subject"]) for mail in found]
    return [*sorted(words[: len(SITES)]), *sorted(words[len(SITES) :])]


def account(house: FaultHouse, name: str, summarised: int = 0) -> None:
    """Print what came of it, and hold it to the law: no item lost, no alert lost, nothing twice without a cause."""
    articles = set().union(*(site.articles() for site in house.sites))
    with open_readonly(house.folder / "prrwatch.db") as store:
        stored = {row.url for row in export.documents(store)}
    with open_store(house.folder / "prrwatch.db") as store:
        findings = check.check(store)
    told, due = tokens(house, AlertKind.NEW), len(articles) - 2 * len(SITES) - summarised
    every = [mail.message["X-Prrwatch-Id"] for mail in house.mailbox.mails]
    lost, twice = len(articles - stored), len(every) - len(set(every))
    sys.stdout.write(
        f"\n{name}: {len(articles)} articles, lost {lost}; alerts owed {due}, told {len(told)}, twice {twice}; "
        f"load {os.getloadavg()[0]:.0f}\n"
    )
    assert (lost, len(told), findings) == (0, due, ())
    assert twice <= MAY_COME_TWICE.get(name, 0)
    assert "Traceback" not in house.said()


def prrwatch(house: FaultHouse, *words: str) -> bool:
    command = [sys.executable, "-m", "scheduler", "--config", str(house.folder / "prrwatch.toml"), *words]
    environ = {**os.environ, **environment(house.mailbox)}
    return subprocess.run(command, check=False, capture_output=True, env=environ).returncode == 0


def needs_disk(house: FaultHouse) -> None:
    if not os.path.ismount(house.folder):
        pytest.skip("no disk of our own: mounting a file system on a loop device needs root")
