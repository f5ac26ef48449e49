"""Whether the daemon itself is well: lapses kept, the heartbeat sent after each full walk, metrics set."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException

from prrwatch import __version__, lapses
from prrwatch.health import PassHistory
from prrwatch.lapses import LapseKind
from prrwatch.source import Source
from scheduler.gauges import Reading, Show
from scheduler.walk import Walk
from scheduler.worker import CrawlWorker, resident_megabytes
from storage import judging, operations, outbox
from storage.operations import PulseKind

_log = logging.getLogger(__name__)

#: Between two heartbeats, however fast the walk is; and between two looks at what metrics need.
BEAT_EVERY = timedelta(minutes=1)
_LOOK_EVERY = timedelta(seconds=10)
#: A message that has been due for so long says that nobody delivers, whatever else goes on.
_STUCK = timedelta(minutes=15)
#: Seconds for the heartbeat's URL to answer.
_PATIENCE = 10.0


class Vitals:
    """Looks at the walk after each tick. A heartbeat stops when the walk stops, not when the process does."""

    def __init__(self, walk: Walk, worker: CrawlWorker, heartbeat: str | None, show: Show | None) -> None:
        self._walk = walk
        self._worker = worker
        self._heartbeat = heartbeat
        self._show = show
        self._overlapped: dict[str, int] = {}
        self._looked: datetime | None = None
        self._beaten: datetime | None = None
        self._beating: asyncio.Task[None] | None = None

    def begun(self, sources: Iterable[Source], histories: Mapping[str, PassHistory], now: datetime) -> None:
        """Passes over these sources begin now: keep those before them that nobody began."""
        found = (lapses.lapse(LapseKind.MISSED, each, histories[each.id], now) for each in sources)
        operations.note_lapses(self._walk.store, [each for each in found if each])

    def under_way(self, sources: Iterable[Source], histories: Mapping[str, PassHistory], now: datetime) -> None:
        """Passes over these sources go on although the next one is due: keep how many were."""
        found = [lapses.lapse(LapseKind.OVERLAPPED, each, histories[each.id], now) for each in sources]
        longer = [each for each in found if each and each.passes > self._overlapped.get(each.source, 0)]
        self._overlapped = {each.source: each.passes for each in found if each}
        operations.note_lapses(self._walk.store, longer)

    def look(self, histories: Mapping[str, PassHistory], running: int, now: datetime) -> None:
        """Set the metrics, and send the heartbeat when the walk is complete."""
        if self._looked is not None and timedelta(0) <= now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        backlog = judging.backlog(self._walk.store, self._walk.ruleset.fingerprint)
        if self._show:
            self._show(self._reading(histories, running, backlog, now))
        if not backlog and self._read_since_beat(histories) and self._complete(histories, now):
            self._beat(len(histories), now)

    async def stop(self) -> None:
        """Let a heartbeat under way go."""
        if self._beating:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)

    def _complete(self, histories: Mapping[str, PassHistory], now: datetime) -> bool:
        due = operations.oldest_due(self._walk.store, now)
        return (due is None or now - due < _STUCK) and lapses.complete(self._walk.sources.values(), histories, now)

    def _read_since_beat(self, histories: Mapping[str, PassHistory]) -> bool:
        """Whether any pass has ended since the last heartbeat: a walk that reads nothing more is none."""
        last = max((each.last_ended for each in histories.values() if each.last_ended), default=None)
        return last is not None and (self._beaten is None or last > self._beaten)

    def _beat(self, sources: int, now: datetime) -> None:
        if self._beaten is not None and timedelta(0) <= now - self._beaten < BEAT_EVERY:
            return
        self._beaten = now
        operations.beat(self._walk.store, PulseKind.WALK, now, f"{sources} sources")
        if self._heartbeat and (self._beating is None or self._beating.done()):
            self._beating = asyncio.create_task(self._send(self._heartbeat), name="heartbeat")

    async def _send(self, url: str) -> None:
        answer = await asyncio.to_thread(ask, url)
        if isinstance(answer, int):
            operations.beat(self._walk.store, PulseKind.HEARTBEAT, self._walk.clock(), f"status {answer}")
        else:
            _log.warning("the heartbeat was not taken: %s; it is sent again after the next full walk", answer)

    def _reading(self, histories: Mapping[str, PassHistory], running: int, backlog: int, now: datetime) -> Reading:
        letters = outbox.counts(self._walk.store)
        due = operations.oldest_due(self._walk.store, now)
        return Reading(
            backlog=backlog,
            waiting=letters.waiting,
            dead=letters.dead,
            oldest_waiting=(now - due).total_seconds() if due else 0.0,
            lag=lapses.lag(self._walk.sources.values(), histories, now).total_seconds(),
            running=running,
            failing=sum(each.failures > 0 for each in histories.values()),
            recycled=self._worker.recycled,
            worker_bytes=1e6 * (resident_megabytes(self._worker.pid) if self._worker.pid else 0.0),
            pulses={each.kind: each.at.timestamp() for each in operations.pulses(self._walk.store)},
        )


def ask(url: str) -> int | str:
    """The status with which a heartbeat's URL answered well, or what went wrong, in words without the URL: a secret."""
    request = urllib.request.Request(url, headers={"User-Agent": f"prrwatch/{__version__}"})  # noqa: S310 - checked when assembled
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - likewise
            return int(answer.status)
    except (OSError, HTTPException) as error:
        return f"{type(error).__name__}: {getattr(error, 'reason', '') or getattr(error, 'code', '')}".strip(": ")
