"""Two growing sites under names of their own, a mail server and a daemon whose disk, clock and names we hold."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from press import SITES, Growing
from test_kills import DELAY, House

from scheduler.demo import Mailbox, site_file
from scheduler.demo.exchange import Answer, Request
from scheduler.demo.loop import ThreadedLoop

MEGABYTES = 32
#: Seconds for what must come, on a machine that has much else to do.
PATIENCE = 600.0
#: Runs in the daemon and in its worker. Names end in .fault.test and lead to 127.0.0.1, while names lead anywhere.
CUSTOMIZED = """
import os, socket
def resolved(host, *rest, resolve=socket.getaddrinfo, **more):
    if isinstance(host, str) and host.endswith(".fault.test"):
        if os.path.exists({gone!r}):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        host = "127.0.0.1"
    return resolve(host, *rest, **more)
socket.getaddrinfo = resolved
"""
#: In the daemon: a pass may take a minute instead of half an hour.
SHORT = """
import sys
if "scheduler" in sys.orig_argv:
    import datetime, prrwatch.crawl
    prrwatch.crawl.JOB_TIME_LIMIT = datetime.timedelta(minutes=1)
"""
#: In both processes, where the test sets their clock: this many seconds ahead of the machine's.
CLOCK = """
import datetime, threading, time_machine
def written():
    with open({clock!r}) as file:
        return float(file.read())
def keep(clock, known, pause=threading.Event()):
    while not pause.wait(0.2):
        ahead = written()
        if ahead != known:
            clock.shift(ahead - known)
        known = ahead
now = datetime.datetime.now(datetime.timezone.utc)
travel = time_machine.travel(now + datetime.timedelta(seconds=written()), tick=True)
threading.Thread(target=keep, args=(travel.start(), written()), daemon=True).start()
"""


class Named(Growing):
    """A site that is asked for by its name, in each connection anew."""

    def __init__(self, loop: ThreadedLoop, name: str) -> None:
        super().__init__(loop, name)
        self.url = f"http://{name}.fault.test:{self.port}"

    def _answer(self, request: Request) -> Answer:
        answer = super()._answer(request)
        return replace(answer, headers=(*answer.headers, ("Connection", "close")))


class FaultHouse(House):
    """A house with a small disk of its own, where we may mount one, and a clock and names of its own."""

    def __init__(self, folder: Path, sites: tuple[Growing, ...], mailbox: Mailbox) -> None:
        super().__init__(folder, sites, mailbox)
        self.log.close()
        self.outside = folder.parent
        self._customize(CUSTOMIZED.format(gone=str(self.no_names)))
        self.log = self.log_file.open("ab")

    @property
    def log_file(self) -> Path:
        return self.outside / "daemon.log"

    @property
    def no_names(self) -> Path:
        return self.outside / "no-names"

    def said(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def keep_clock(self) -> None:
        """From its start on the daemon has a clock that `set_clock` sets."""
        self.set_clock(timedelta())
        self._customize(CLOCK.format(clock=str(self.outside / "clock")))

    def set_clock(self, ahead: timedelta) -> None:
        """How far the daemon's clock is ahead of the machine's."""
        new = self.outside / "clock.new"
        new.write_text(str(ahead.total_seconds()), encoding="ascii")
        new.replace(self.outside / "clock")

    def limit_passes(self) -> None:
        self._customize(SHORT)

    def _customize(self, code: str) -> None:
        with (self.outside / "sitecustomize.py").open("a", encoding="utf-8") as file:
            file.write(code)

    def end(self) -> None:
        self.daemon.terminate()
        assert self.daemon.wait(60) == 0


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """A small file system of its own at `folder`, where root may mount one; else the folder itself."""
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=False, capture_output=True)
    mounted = made.returncode == 0 and mount(folder)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=False, capture_output=True)


def mount(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    command = ["mount", "-o", "loop", folder.with_suffix(".img"), folder]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def mount_again(folder: Path) -> None:
    """As an operator would after a disk error: the daemon, which waits, keeps no file open there."""
    deadline = time.monotonic() + 120
    while subprocess.run(["umount", folder], check=False, capture_output=True).returncode != 0:
        assert time.monotonic() < deadline, "the daemon waits and holds files open"
        time.sleep(0.2)
    assert mount(folder)


@contextmanager
def fault_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultHouse]:
    folder = tmp_path / "disk"
    folder.mkdir()
    known = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), known] if known else [str(tmp_path)]))
    with ExitStack() as stack:
        stack.enter_context(disk(folder))
        loop = stack.enter_context(ThreadedLoop())
        mailbox = stack.enter_context(Mailbox())
        sites = tuple(Named(loop, name) for name in SITES)
        (folder / "seeds").mkdir()
        for site in sites:
            (folder / "seeds" / f"{site.name}.toml").write_text(site.seed(DELAY, "2s"), encoding="utf-8")
            stack.callback(site.close)
        site_file(folder)
        hosts = ", ".join(f'"{site.name}.fault.test"' for site in sites)
        file = folder / "prrwatch.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('["127.0.0.1"]', f'["127.0.0.1", {hosts}]'), encoding="utf-8")
        house = FaultHouse(folder, sites, mailbox)
        stack.callback(house.close)
        yield house


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in time"
        time.sleep(0.05)
