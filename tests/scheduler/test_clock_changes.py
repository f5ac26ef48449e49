"""The daemon on a machine whose clocks change over: a digest each morning, and the looks of any other day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
import time_machine

from prrwatch import relevance, settings
from prrwatch.crawl import JobDone, WayRead
from scheduler import clock, daemon
from scheduler.assembly import assembled
from scheduler.daemon import Daemon
from scheduler.demo import Mailbox

_rules = cache(relevance.load_rules)  # once, and not once a life

STEP = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
DAILY = """
[channels.desk]
url = "env:DESK"
[subscriptions.morning]
channel = "desk"
deliver = "daily"
at = "08:00"
timezone = "Europe/Berlin"
[subscriptions.night]
channel = "desk"
deliver = "daily"
at = "02:30"
timezone = "Europe/Berlin"
"""


class Unchanging:
    """A crawl worker that finds every source unchanged, and keeps when it was asked."""

    recycled, pid = 0, None

    def __init__(self) -> None:
        self.began: list[tuple[str, datetime]] = []

    async def batches(self, job):
        now = clock.now()
        self.began.append((job.source.id, now.replace(second=0, microsecond=0)))
        yield [WayRead(job.id, job.source.id, 0, job.source.ways[0].url, now, unchanged=True)]
        yield [JobDone(job.id, job.source.id, now, now, 1, 2)]

    async def kill(self) -> None:
        """Nothing to kill."""

    async def close(self) -> None:
        """Nothing to close."""


class Lived:
    """What was done in the days that a daemon lived through, on a machine in this zone."""

    def __init__(self, house, zone: ZoneInfo, start: datetime, end: datetime) -> None:
        self.worker = Unchanging()
        with time_machine.travel(start.astimezone(zone), tick=False) as traveller, Mailbox() as mailbox:
            with assembled(house, {"DESK": mailbox.url("desk@example.org")}) as parts:
                parts.walk.store.database.execute("PRAGMA synchronous = OFF")  # of speed, not of what is kept
                asyncio.run(self._live(parts, traveller, end))
                digests = "SELECT subscription, not_before FROM alerts WHERE kind = 'digest' ORDER BY not_before"
                self.digests = [(row[0], _local(row[1])) for row in parts.walk.store.query(digests)]
            self.mails = sorted(str(each.message["Subject"]) for each in mailbox.mails)

    async def _live(self, parts, traveller, end: datetime) -> None:
        running = Daemon(parts.walk, self.worker, parts.delivering)
        task = asyncio.create_task(running.run())
        async with asyncio.timeout(120):
            while clock.now() < end:
                await _tick(running, parts.delivering)
                traveller.shift(STEP)
            await _tick(running, parts.delivering)
            running.stop()
            await task


async def _tick(running: Daemon, delivering) -> None:
    """Wait for the tick that this step of the clock makes due, and for all that it began."""
    last = running._ticked
    while running._ticked == last or running._dispatch.running or delivering._busy:
        await asyncio.sleep(0.002)


def _local(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(BERLIN):%a %H:%M}"


@pytest.mark.parametrize(
    ("saturday", "night"),
    [
        pytest.param(datetime(2026, 3, 28, 5, tzinfo=UTC), "Sun 03:30", id="an hour is left out"),
        pytest.param(datetime(2026, 10, 24, 5, tzinfo=UTC), "Sun 02:30", id="an hour comes twice"),
    ],
)
def test_no_digest_and_no_look_is_lost_or_doubled(house, tmp_path, monkeypatch, saturday, night):
    monkeypatch.setattr(daemon, "_TICK", 0.002)
    monkeypatch.setattr(relevance, "load_rules", lambda _: _rules())
    with house(a="a.example", b="b.example"):
        pass
    file = tmp_path / "prrwatch.toml"
    site = file.read_text(encoding="utf-8") + DAILY
    lives = []
    for zone in (BERLIN, ZoneInfo("UTC")):
        file.write_text(site.replace("prrwatch.db", f"{zone.key[-3:]}.db"), encoding="utf-8")
        lives.append(Lived(settings.load(file), zone, saturday, saturday + timedelta(hours=51)))
    changing, even = lives
    mornings = [("morning", f"{day} 08:00") for day in ("Sat", "Sun", "Mon")]
    assert sorted(changing.digests) == sorted([*mornings, ("night", night), ("night", "Mon 02:30")])
    assert len(changing.mails) == 5
    assert changing.worker.began == even.worker.began
    assert (changing.digests, changing.mails) == (even.digests, even.mails)
    assert len(even.worker.began) > 20
