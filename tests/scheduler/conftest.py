"""The command line in this process, and a house whose store was filed without a crawl."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prrwatch import settings, urls
from prrwatch.crawl import Fetched, JobDone, WayRead
from prrwatch.document import Document, Item, Original
from scheduler import cli, clock
from scheduler.assembly import Assembly, assembled

# `newsroom` stands beside the tests; with --import-mode=importlib nothing else puts this folder on the path.
sys.path.append(str(Path(__file__).parent))

BASE = "https://news.example.org"
SEED = f"""
id = "example"
name = "Example"
publisher = "Example Office"
kind = "media"
homepage = "{BASE}/"
languages = ["en"]
every = "1h"
tier = 1
article = '^https://news\\.example\\.org/a/\\d+$'

[[discover]]
way = "feed"
url = "{BASE}/feed.xml"

[[example]]
url = "{BASE}/a/1"
article = true

[[example]]
url = "{BASE}/"
article = false
"""
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[crawler]
contact = "mailto:ops@example.org"
[channels.analysts]
url = "env:PRRWATCH_TEST_MAIL"
[subscriptions.all]
channel = "analysts"
"""
RELEVANT = (
    "Twelve women and thirty children who were repatriated from camps in north-east Syria to Kazakhstan entered a "
    "rehabilitation and reintegration programme in Aktau, the ministry said. Psychologists and social workers help the "
    "returnees from conflict zones to settle, and two women were sentenced for membership of a terrorist group."
)
OTHER = "The apricot harvest will be late this year, because frost came in April. Farmers ask for help. " * 3
HOSTILE = "=cmd|' /C calc'!A1 women repatriated from Syria"
TITLES = {1: "Women and children repatriated from Syria enter a programme", 2: "Apricots will be late", 3: HOSTILE}
SECOND = (
    "Three mothers came back to Uzbekistan from the Roj camp in Syria in 2023. A court in Fergana heard their case on "
    "Tuesday: they were convicted of joining a terrorist organisation and given suspended sentences, so that they can "
    "stay with their children. A probation officer visits them each month, and a psychologist of the rehabilitation "
    "centre for returnees helps the children, who are at school again since September."
)
TEXTS = {1: RELEVANT, 2: OTHER, 3: SECOND}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> bool:
        """Ended with this status, every line on stderr one of ours and no traceback, with all the words in them."""
        lines = self.err.splitlines()
        clear = bool(lines) and all(line.startswith("prrwatch: ") for line in lines) and not self.out
        return self.code == code and clear and all(word in self.err for word in words)


@dataclass(frozen=True)
class Cli:
    """The console script, called as the shell calls it, in the folder of the test."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, stdin: bytes = b"", **environ: str) -> Done:
        self.capture.readouterr()
        with self.monkeypatch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["prrwatch", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            for name, value in environ.items():
                patch.setenv(name, value)
            code = self._code()
        return Done(code, *self.capture.readouterr())

    def json(self, *arguments: str):
        done = self("--json", *arguments)
        assert (done.code, done.err) == (0, "")
        return json.loads(done.out)

    @staticmethod
    def _code() -> int:
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0


def _build(folder: Path) -> Path:
    (folder / "prrwatch.toml").write_text(SITE, encoding="utf-8")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "example.toml").write_text(SEED, encoding="utf-8")
    return folder


@pytest.fixture
def prrwatch(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in a folder with a site file and a catalogue of one source, and no store yet."""
    monkeypatch.delenv("PRRWATCH_TEST_MAIL", raising=False)
    return Cli(_build(tmp_path), capsys, monkeypatch)


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Cli]:
    """The console script in a folder that a test has set up itself."""
    return lambda folder: Cli(folder, capsys, monkeypatch)


@pytest.fixture(scope="session")
def filed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two passes: one that read nothing, the baseline, then one that found all three articles."""
    folder = _build(tmp_path_factory.mktemp("filed"))
    file_passes(folder, (), (1, 2, 3))
    return folder


@pytest.fixture
def filed(prrwatch: Cli, filed_store: Path) -> Cli:
    """The command line with a copy of that store."""
    for file in filed_store.glob("prrwatch*.db"):
        shutil.copy(file, prrwatch.folder)
    return prrwatch


def file_passes(folder: Path, *passes: tuple[int, ...]) -> None:
    """File what passes over the source found, as the daemon does, and deliver nothing."""
    environ = {"PRRWATCH_TEST_MAIL": "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org"}
    with assembled(settings.load(folder / "prrwatch.toml"), environ) as parts:
        for numbers in passes:
            walk = parts.walk
            job = walk.job(walk.sources["example"])
            now = walk.clock()
            items = tuple(_item(number) for number in numbers)
            read = WayRead(job.id, "example", 0, f"{BASE}/feed.xml", now, items)
            pairs = zip(numbers, items, strict=True)
            found = [Fetched(job.id, item, _document(item, n, now), _original(item)) for n, item in pairs]
            walk.file([read, *found, JobDone(job.id, "example", now, now, len(found), 100)])
            walk.summarise()


def _item(number: int) -> Item:
    url = f"{BASE}/a/{number}"
    return Item(url, urls.key(url), TITLES[number])


def _document(item: Item, number: int, now: datetime) -> Document:
    return Document(item.key, item.url, "example", TITLES[number], TEXTS[number], "en", None, None, now)


def _original(item: Item) -> Original:
    return Original(
        item.url, b"<html>", (), 200, datetime(2026, 5, 6, tzinfo=UTC), hashlib.sha256(b"<html>").hexdigest()
    )


@pytest.fixture
def house(tmp_path: Path, new_store: Callable[[Path], None]) -> Callable[..., AbstractContextManager[Assembly]]:
    """Open a new store over a catalogue of these sources, `name: host`, with nobody to tell."""

    def of(**hosts: str) -> AbstractContextManager[Assembly]:
        folder = _build(tmp_path)
        new_store(folder)
        (folder / "prrwatch.toml").write_text(SITE.partition("[channels")[0], encoding="utf-8")
        (folder / "seeds" / "example.toml").unlink()
        for name, host in hosts.items():
            seed = SEED.replace('"example"', f'"{name}"').replace("news.example.org", host)
            seed = seed.replace("news\\.example\\.org", host.replace(".", "\\."))
            (folder / "seeds" / f"{name}.toml").write_text(seed, encoding="utf-8")
        return assembled(settings.load(folder / "prrwatch.toml"), {})

    return of


@pytest.fixture
def eventually() -> Callable:
    """Wait, in a coroutine, until a condition holds: at most ten seconds."""

    async def until(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)

    return until


@pytest.fixture
def newsroom(tmp_path, monkeypatch, new_store):
    from newsroom import Newsroom  # noqa: PLC0415  found only once its folder is on the path

    new_store(tmp_path)
    room = Newsroom(tmp_path)
    # The store's own clock must not run ahead of the one that is moved by hand.
    monkeypatch.setattr(clock, "now", lambda: room.now)
    yield room
    room.end()


@pytest.fixture
def watching(newsroom):
    """Every source was read once and had nothing."""
    newsroom.begin().read_all()
    return newsroom
