"""The daemon: ticks, and what each tick does. APScheduler fires; what is due comes from the store."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from prrwatch import planning
from prrwatch.errors import StoreError
from prrwatch.health import PassHistory
from scheduler.canary import Canaries
from scheduler.deliver import Delivering
from scheduler.dispatch import Dispatch
from scheduler.rereading import reread
from scheduler.service import notify
from scheduler.tell import open_due, tell_deaths
from scheduler.upkeep import Upkeep
from scheduler.vitals import Vitals
from scheduler.walk import LONG_UNREAD, Walk
from scheduler.worker import CrawlWorker
from storage import futures, jobs

_log = logging.getLogger(__name__)

#: Seconds between two looks at what is due. Sources on loopback may be read every 2 s.
_TICK = 1.0
#: With nothing due and nothing under way the store is asked again after so long at the latest.
_LONGEST_REST = timedelta(seconds=10)
#: Seconds without a tick after which the clock must have been set back, and the ticks are scheduled anew.
_STALLED = 10.0
#: Seconds for sends that are under way when the daemon is told to end.
_PATIENCE = 6.0

_Tick = Callable[[], Awaitable[None]]


class _EachTick(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """The next tick comes a tick from now, however far the clock was set forward.

    APScheduler's own interval lists every run that was left out: 2.6 million after 30 days of sleep, and a machine
    whose clock stood in 1970 until the network came would never have ended.
    """

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Called by APScheduler."""
        return now + timedelta(seconds=_TICK)


class Daemon:
    """Reads what is due, tells what is due, until it is told to stop."""

    def __init__(
        self,
        walk: Walk,
        worker: CrawlWorker,
        delivering: Delivering,
        vitals: Vitals | None = None,
        canaries: Canaries | None = None,
    ) -> None:
        self._walk = walk
        self._worker = worker
        self._dispatch = Dispatch(walk, worker)
        self._delivering = delivering
        self._vitals = vitals or Vitals(walk, worker, None, None)
        self._canaries = canaries
        self._upkeep = Upkeep(walk)
        self._stop = asyncio.Event()
        self._crash: BaseException | None = None
        self._ticked = 0.0
        self._rest_until: datetime | None = None
        self._behind: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Until SIGTERM, SIGINT or `stop`. Raises what crashed: a daemon that limps on is worse than one that ends."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        ticks = self._ticks()
        besides = [asyncio.create_task(self._watch_ticks(ticks)), asyncio.create_task(reread(self._walk))]
        besides[-1].add_done_callback(self._beside_ended)
        if self._canaries:
            besides.append(asyncio.create_task(self._canaries.run()))
            besides[-1].add_done_callback(self._beside_ended)
        try:
            notify("READY=1")
            await self._stop.wait()
        finally:
            for each in besides:
                each.cancel()
            ticks.shutdown(wait=False)
            await asyncio.gather(*besides, return_exceptions=True)
            await self._wind_down()
        if self._crash:
            raise self._crash

    def stop(self) -> None:
        """End the daemon; what is under way is let go within seconds and taken up after the next start."""
        self._stop.set()

    def _ticks(self) -> AsyncIOScheduler:
        # The default grace of 1 s drops runs silently; a tick that came late is as good as one on time.
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what matters of it we say ourselves, once
        scheduler.add_listener(lambda event: self._crashed(event.exception), EVENT_JOB_ERROR)
        for tick in (self._read_tick, self._tell_tick):
            scheduler.add_job(self._guarded, _EachTick(), [tick], next_run_time=datetime.now(UTC))
        scheduler.start()
        return scheduler

    async def _guarded(self, tick: _Tick) -> None:
        """A fault of the store is no crash: whoever runs the daemon begins it anew when the store can be used again."""
        try:
            if not self._stop.is_set():
                await tick()
        except StoreError as fault:
            self._crash = self._crash or fault
            self._stop.set()

    async def _read_tick(self) -> None:
        self._ticked = asyncio.get_running_loop().time()
        notify("WATCHDOG=1")
        self._dispatch.raise_failure()
        now = self._walk.clock()
        if self._nothing_due(now):
            return
        ids = [source.id for source in self._walk.sources.values() if source.enabled]
        histories = jobs.histories(self._walk.store, ids)
        due = planning.due(self._walk.sources.values(), {each: histories[each].due for each in ids}, now)
        running = self._dispatch.running
        late = {source.id for source in due if source.id not in running and _is_behind(histories[source.id], now)}
        self._behind = (self._behind & running) | late
        self._dispatch.start(due)
        begun = self._dispatch.running - running
        self._vitals.begun([each for each in due if each.id in begun], histories, now)
        self._vitals.under_way([each for each in due if each.id in running], histories, now)
        self._vitals.look(histories, len(self._dispatch.running), now)
        self._upkeep.tick(now)
        if not due and not self._dispatch.running:
            # Where something is due, the first pass that is filed reckons it: no request waits for that.
            self._walk.outlook()
            self._rest_until = min(self._next_due(histories, now), now + _LONGEST_REST)
        # The summary waits for sources read for the first time, or again after long: one message and not many.
        if not self._behind:
            self._walk.summarise()

    def _nothing_due(self, now: datetime) -> bool:
        """Whether this tick need not ask the store: what is due can only change by what we do ourselves."""
        return self._rest_until is not None and now < self._rest_until <= now + _LONGEST_REST

    def _next_due(self, histories: Mapping[str, PassHistory], now: datetime) -> datetime:
        return min((history.due or now for history in histories.values()), default=now + _LONGEST_REST)

    async def _tell_tick(self) -> None:
        self._delivering.raise_failure()
        open_due(self._walk)
        tell_deaths(self._walk)
        self._delivering.start()

    async def _watch_ticks(self, ticks: AsyncIOScheduler) -> None:
        """APScheduler waits for the wall clock: set back an hour, it would sleep for an hour."""
        loop = asyncio.get_running_loop()
        self._ticked = loop.time()
        while True:
            lay_down = loop.time()
            await asyncio.sleep(_STALLED / 2)
            if loop.time() - lay_down > _STALLED * 0.75:
                self._ticked = loop.time()  # we were kept busy ourselves, by a locked store for one
            if loop.time() - self._ticked > _STALLED:
                _log.warning("no tick for %.0f s: the clock was set back; ticking on", _STALLED)
                futures.set_right(self._walk.store, self._walk.clock())
                for job in ticks.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))

    async def _wind_down(self) -> None:
        await self._dispatch.stop()
        await asyncio.gather(self._worker.close(), self._delivering.stop(_PATIENCE), self._vitals.stop())

    def _beside_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._crashed(error)

    def _crashed(self, error: BaseException) -> None:
        if isinstance(error, asyncio.CancelledError):  # a tick that was due when the daemon ended
            return
        if not isinstance(error, StoreError):
            _log.critical("a tick crashed", exc_info=error)
        self._crash = self._crash or error
        self._stop.set()


def _is_behind(history: PassHistory, now: datetime) -> bool:
    return history.last_started is None or now - history.last_started > LONG_UNREAD
