"""A house to live in: the sample world, real receivers, and prrwatch as a process of its own on them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from click.testing import CliRunner

from scheduler.cli import cli
from scheduler.demo import Mailbox, Webhook, World, environment, pages, site_file
from scheduler.demo.journal import Journal

Entry = TypeVar("Entry")
PATIENCE = 300.0  # seconds until something that must come is called lost, on the slowest machine
SECOND_CHANNEL = """
[channels.room]
url = "env:PRRWATCH_TEST_ROOM"

[subscriptions.room]
channel = "room"
"""
# Slack's host is fixed in apprise. Only the process that sends needs the patch, and only it can afford the import.
MOVED_SLACK = """
import sys
if "scheduler" in sys.orig_argv:
    from apprise.plugins.slack import NotifySlack
    NotifySlack.webhook_url = "{url}/services"
"""


@dataclass
class Daemon:
    """`prrwatch run` as a process, with what it logs in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    def worker(self) -> psutil.Process:
        """Its crawl worker, which must be there."""
        [found] = [
            child for child in psutil.Process(self.process.pid).children() if child.cmdline()[1:3] == ["-m", "crawler"]
        ]
        return found

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def terminate(self) -> int:
        """SIGTERM; its exit status, which must come within 15 s."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@dataclass
class House:
    folder: Path
    world: World
    mailbox: Mailbox
    webhook: Webhook
    daemons: list[Daemon] = field(default_factory=list)

    def keep_only(self, *names: str) -> None:
        """Fewer sources, where the test is not about all of them."""
        for file in (self.folder / "seeds").glob("*.toml"):
            if file.stem not in names:
                file.unlink()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scheduler", "--config", str(self.folder / "prrwatch.toml"), *arguments]

    def _environment(self) -> dict[str, str]:
        paths = [str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        room = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
        return {
            **os.environ,
            **environment(self.mailbox),
            "PRRWATCH_TEST_ROOM": room,
            "PYTHONPATH": os.pathsep.join(paths),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            self._command(*arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def read(self, *arguments: str) -> str:
        """The output of a command that only reads, in this process: half a second saved each time."""
        done = CliRunner().invoke(cli, ["--config", str(self.folder / "prrwatch.toml"), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    def status(self) -> dict:
        return json.loads(self.read("--json", "status"))

    def rows(self, what: str) -> list[dict]:
        return [json.loads(line) for line in self.read("export", what, "--format", "jsonl").splitlines()]

    def wait(self, journal: Journal[Entry], enough: Callable[[tuple[Entry, ...]], bool]) -> tuple[Entry, ...]:
        """The entries as soon as they are enough; what the daemon logged, when it died or time is over."""
        for _ in range(int(PATIENCE)):
            with contextlib.suppress(TimeoutError):
                return journal.wait(enough, 1)
            if self.daemons[-1].process.poll() is not None:
                break
        return pytest.fail(f"{len(journal)} entries are not enough; the daemon says:\n{self.daemons[-1].said()}")

    def start(self) -> Daemon:
        log = self.folder / f"daemon-{len(self.daemons)}.log"
        with log.open("wb") as stream:
            daemon = Daemon(
                subprocess.Popen(self._command("run"), env=self._environment(), stdout=stream, stderr=stream), log
            )
        self.daemons.append(daemon)
        return daemon

    def listed(self, *sites: str, day: int) -> set[str]:
        """The URLs of all articles of these sites on that day."""
        return {
            self.world[name].url + path
            for name in (sites or tuple(site.name for site in self.world))
            for path in pages.load(name).shown(day)
        }

    def close(self) -> None:
        for daemon in self.daemons:
            family = [] if daemon.process.poll() is not None else daemon.family()
            daemon.kill()
            for child in family:
                if child.is_running():
                    child.kill()


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    with World() as world, Mailbox() as mailbox, Webhook() as webhook:
        world.seeds(folder / "seeds")
        file = site_file(folder)
        file.write_text(file.read_text(encoding="utf-8") + SECOND_CHANNEL, encoding="utf-8")
        (folder / "sitecustomize.py").write_text(MOVED_SLACK.format(url=webhook.url), encoding="utf-8")
        built = House(folder, world, mailbox, webhook)
        try:
            yield built
        finally:
            built.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path) as built:
        yield built


@dataclass(frozen=True)
class Demo:
    """`prrwatch demo`, run once for all workers of a test run; its processes carry `mark` in their environment."""

    folder: Path
    mark: str

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        status, deadline = self.folder / "status", time.monotonic() + 600
        while not status.exists():
            assert time.monotonic() < deadline, "the demo has not ended"
            time.sleep(0.05)
        return int(status.read_text())


@pytest.fixture(scope="session")
def demo_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    demo = Demo(folder, str(folder))
    try:
        folder.mkdir()
    except FileExistsError:  # another worker runs it
        yield demo
        return
    # The shell does not carry the mark: it may outlive its last word.
    script = 'PRRWATCH_TEST_MARK="$0" "$@" >"$0/out" 2>"$0/err"; echo $? >"$0/part"; mv "$0/part" "$0/status"'
    command = ["sh", "-c", script, demo.mark, sys.executable, "-m", "scheduler", "demo", "--folder", str(folder)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield demo
        process.wait(PATIENCE)  # others may read it yet
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(15)


@pytest.fixture(scope="module")
def shared_house(demo_process: Demo) -> Iterator[House]:
    """The demo runs beside it: both wait more than they work, and together they take the time of one."""
    with tempfile.TemporaryDirectory() as folder, house_in(Path(folder)) as built:
        yield built
