"""Real faults under a real `prrwatch run`: it says so in one line, goes on when they are over, and has lost nothing.

Run by hand: `python -m pytest -q -s tests/slow/test_faults.py`; minutes; the full disk needs root, for a small tmpfs.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from press import SITES, Growing
from test_kills import DELAY, House, nothing_waits, tokens, until

from prrwatch.alert import AlertKind
from scheduler.demo import Mailbox, faults, site_file
from scheduler.demo.loop import ThreadedLoop
from storage import check, export
from storage.store import open_readonly, open_store

MEGABYTES = 24


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    """Two growing sites and a mail server; the store stands on a small disk of its own where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with ExitStack() as stack:
        if os.geteuid() == 0:
            mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
            if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
                stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=False)
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(Mailbox())
        sites = tuple(Growing(loop, name) for name in SITES)
        (folder / "seeds").mkdir()
        for site in sites:
            (folder / "seeds" / f"{site.name}.toml").write_text(site.seed(DELAY, "2s"), encoding="utf-8")
            stack.callback(site.close)
        site_file(folder)
        built = House(folder, sites, mailbox)
        built.log.close()
        built.log = (tmp_path / "daemon.log").open("ab")
        stack.callback(built.close)
        yield built


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    if not os.path.ismount(house.folder):
        pytest.skip("no disk of our own to fill: mounting a tmpfs needs root")
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
def locked_store(house: House) -> Iterator[None]:
    other = sqlite3.connect(house.folder / "prrwatch.db", isolation_level=None, timeout=60)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def no_network(house: House) -> Iterator[None]:
    for site in house.sites:
        site.break_(faults.drop())
    yield
    for site in house.sites:
        site.mend()


@contextmanager
def hanging_worker(house: House) -> Iterator[None]:
    """It is stopped, and later killed by somebody who has noticed; nobody else tells the daemon."""
    worker = house.worker()
    worker.send_signal(signal.SIGSTOP)
    yield
    worker.kill()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (full_disk, r"disk is full|disk reports an error"),
        (locked_store, r"locked by another program; end it"),
        (no_network, None),
        (hanging_worker, None),
    ],
    ids=["disk full", "locked", "network gone", "worker hangs"],
)
def test_nothing_is_lost(house, fault, says, tmp_path):
    house.start()
    until(lambda: len(house.mailbox.mails))
    log = tmp_path / "daemon.log"
    with fault(house):
        for site in house.sites:
            site.published += 4
        if says:
            until(lambda: re.search(says, log.read_text()))
        time.sleep(8)  # the fault lasts
        for site in house.sites:
            site.published += 4
        lines = [line for line in log.read_text().splitlines() if says and " ERROR " in line and re.search(says, line)]
    articles = {f"{site.url}/a/{n}" for site in house.sites for n in range(1, site.published + 1)}
    news = len(articles) - 2 * len(SITES)
    until(lambda: len(tokens(house, AlertKind.NEW)) >= news and nothing_waits(house))
    assert house.daemon.poll() is None, "it has outlived the fault"
    house.daemon.terminate()
    assert house.daemon.wait(30) == 0
    with open_readonly(house.folder / "prrwatch.db") as store:
        stored = {row.url for row in export.documents(store)}
    with open_store(house.folder / "prrwatch.db") as store:
        assert check.check(store) == ()
    told = tokens(house, AlertKind.NEW)
    lost = len(articles - stored)
    sys.stdout.write(
        f"\n{fault.__name__}: {len(articles)} articles, lost {lost}; alerts owed {news}, told {len(told)}; "
        f"lines about it: {len(lines)}\n"
    )
    assert lost == 0
    assert len(told) == news
    assert "Traceback" not in log.read_text()
    assert not says or len(lines) == 1
