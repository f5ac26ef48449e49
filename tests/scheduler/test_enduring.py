"""Faults of the store under a running daemon: one clear line, nothing lost, and on when the fault is gone."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sqlite3
import sys
from datetime import timedelta
from functools import cache

import pytest

from prrwatch import relevance, settings
from prrwatch.errors import StoreError
from scheduler import assembly, clock, enduring
from scheduler.daemon import Daemon
from scheduler.demo import Mailbox
from scheduler.enduring import keep_running
from scheduler.worker import CrawlWorker
from storage import backup, check, jobs
from storage.store import claim, open_readonly, open_store

#: A worker that finds every source unchanged.
ANSWERS = """
import sys
from datetime import timedelta
from functools import cache
from datetime import UTC, datetime
from prrwatch import wire
from prrwatch.crawl import JobDone, WayRead
for line in sys.stdin:
    job = wire.decode_job(line)
    now = datetime.now(UTC)
    print(wire.encode(WayRead(job.id, job.source.id, 0, job.source.ways[0].url, now, unchanged=True)), flush=True)
    print(wire.encode(JobDone(job.id, job.source.id, now, now, 1, 2)), flush=True)
"""
OPERATORS = '[channels.ops]\nurl = "env:OPS"\n[operators]\nchannel = "ops"\n'


_rules = cache(relevance.load_rules)  # once, and not once a life


class Lives:
    """What the daemon does in each life: the first meets a fault."""

    def __init__(self, fault) -> None:
        self.fault, self.daemons, self.walks = fault, [], []

    def begin(self, parts) -> Daemon:
        if not self.daemons:
            self.fault(parts.walk.store)
        self.walks.append(parts.walk)
        self.daemons.append(Daemon(parts.walk, CrawlWorker([sys.executable, "-c", ANSWERS]), parts.delivering))
        return self.daemons[-1]

    def has_read(self) -> bool:
        if len(self.walks) < 2:
            return False
        found = jobs.histories(self.walks[-1].store, self.walks[-1].sources)
        return all(each.last_ended for each in found.values())


@pytest.fixture
def eventually():
    """More patient than the others: lives follow each other, and a mail is sent."""

    async def until(condition) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.01)

    return until


@pytest.fixture
def site(house, monkeypatch, tmp_path):
    """A site with two sources and a store that has been opened once."""
    monkeypatch.setattr(enduring, "WAITS", (0.05, 0.1))
    monkeypatch.setattr(relevance, "load_rules", lambda _: _rules())
    monkeypatch.setattr(assembly, "open_store", lambda path: open_store(path, timedelta(seconds=0.05)))
    with house(a="a.example", b="b.example"):
        pass
    return settings.load(tmp_path / "prrwatch.toml")


def file_limit(store) -> None:
    """The next byte of the log that SQLite writes first does not fit: a real refusal by the kernel."""
    wal = store.path.with_name(store.path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def no_limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)


def read_only(store) -> None:
    store.query("PRAGMA query_only = ON")


class Locked:
    def __init__(self) -> None:
        self.other = None

    def __call__(self, store) -> None:
        self.other = sqlite3.connect(store.path, isolation_level=None)
        self.other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("fault", "words"), [(file_limit, "check the disk and its free space"), (read_only, "read-only")]
)
async def test_it_waits_and_goes_on(site, eventually, caplog, fault, words):
    lives = Lives(fault)
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(keep_running(lives.begin, site, {}))
        try:
            await eventually(lambda: words in caplog.text)
        finally:
            no_limit()
        await eventually(lives.has_read)
        lives.daemons[-1].stop()
        await task
    _one_clear_line(caplog, words)
    with open_store(site.store) as store:
        assert check.check(store) == ()
        assert store.number("SELECT count(*) FROM runs WHERE ended IS NULL") == 0


async def test_it_waits_for_a_lock_however_long_it_is_held(site, eventually, caplog):
    locked = Locked()
    lives = Lives(locked)
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(keep_running(lives.begin, site, {}))
        await eventually(lambda: "locked by another program" in caplog.text)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), 0.5)
        locked.other.close()
        await eventually(lives.has_read)
        lives.daemons[-1].stop()
        await task
    _one_clear_line(caplog, "locked by another program; end it")


async def test_a_damaged_store_waits_for_its_backup_and_the_operators_hear_of_it(site, eventually, caplog, tmp_path):
    with open_readonly(site.store) as store:
        backup.backup(store, tmp_path / "copy.db")
    file = tmp_path / "prrwatch.toml"
    file.write_text(file.read_text(encoding="utf-8") + OPERATORS, encoding="utf-8")

    def damage(store) -> None:
        store.query("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = store.path.read_bytes()
        store.path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))

    lives = Lives(damage)
    with Mailbox() as mailbox, caplog.at_level(logging.WARNING):
        environ = {"OPS": mailbox.url("ops@example.org")}
        task = asyncio.create_task(keep_running(lives.begin, settings.load(file), environ))
        await eventually(lambda: mailbox.mails)
        with claim(site.store):
            backup.restore(tmp_path / "copy.db", site.store, clock.now())
        await eventually(lives.has_read)
        lives.daemons[-1].stop()
        await task
        subjects = [mail.message["Subject"] for mail in mailbox.mails]
    assert subjects == ["the store cannot be used: prrwatch waits", "the store can be used again: prrwatch goes on"]
    assert "run `prrwatch db check`, then `prrwatch db restore`" in mailbox.mails[0].text
    assert "Traceback" not in caplog.text


async def test_sigterm_ends_the_waiting(site, eventually, caplog):
    locked = Locked()
    lives = Lives(locked)
    task = asyncio.create_task(keep_running(lives.begin, site, {}))
    await eventually(lambda: "waits for that" in caplog.text)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await task
    locked.other.close()


async def test_what_is_wrong_at_the_very_start_ends_it(site):
    with claim(site.store), pytest.raises(StoreError, match="another prrwatch"):
        await keep_running(Lives(read_only).begin, site, {})


async def test_the_service_manager_is_told(site, eventually, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        lives = Lives(read_only)
        task = asyncio.create_task(keep_running(lives.begin, site, {}))
        await eventually(lives.has_read)
        lives.daemons[-1].stop()
        await task
        told = []
        while True:
            try:
                told.append(manager.recv(4096).decode())
            except BlockingIOError:
                break
    assert told[0] == "READY=1"
    assert "WATCHDOG=1" in told
    assert any(each.startswith("STATUS=waiting: ") for each in told)
    assert told[-1] == "STOPPING=1"


def _one_clear_line(caplog, words: str) -> None:
    said = [record for record in caplog.records if words in record.getMessage()]
    assert len(said) == 1, caplog.text
    assert "\n" not in said[0].getMessage()
    assert "Traceback" not in caplog.text
    assert "going on" in caplog.text
