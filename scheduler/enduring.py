"""The daemon's lives: a fault of the store ends one, and the next begins when the fault is gone.

A full disk, a lock held by another program, a file that became read-only or damaged: what was under way is let go as
after a kill, which loses nothing, and the store is tried again. Only what is wrong at the very start ends the program,
with its exit status: then a person is there to read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from itertools import chain, repeat

import alerts
from prrwatch import alarms, messages
from prrwatch.alert import Alert
from prrwatch.errors import StoreError
from prrwatch.settings import Operators, Settings
from scheduler import clock, site
from scheduler.assembly import Assembly, assembled
from scheduler.daemon import Daemon
from scheduler.deliver import SEND_TIME
from scheduler.service import notify

_log = logging.getLogger(__name__)

Begin = Callable[[Assembly], Daemon]

#: Seconds before the next attempt, the last one again and again. A fault that outlives them all is told the operators.
WAITS = (5.0, 10.0, 20.0, 40.0, 60.0)


async def keep_running(begin: Begin, settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """Run the daemon until SIGTERM or SIGINT, through every fault of the store.

    Raises `StoreError` and `OperatorError` of the first beginning, and whatever is a mistake of ours.
    """
    with assembled(settings, environ) as parts:
        fault = await _life(begin(parts))
    while fault is not None:
        fault = await _Wait(begin, settings, environ).until_gone(fault)
    notify("STOPPING=1")


async def _life(daemon: Daemon) -> StoreError | None:
    """One life of the daemon; the fault of the store that ended it, None when it was told to end."""
    try:
        await daemon.run()
    except StoreError as fault:
        return fault
    return None


class _Wait:
    """From a fault of the store to the end of the next life."""

    def __init__(self, begin: Begin, settings: Settings, environ: Mapping[str, str]) -> None:
        self._begin, self._settings, self._environ = begin, settings, environ
        self._stop = asyncio.Event()
        self._said = ""
        self._told = False

    async def until_gone(self, fault: StoreError) -> StoreError | None:
        """Try again and again, live on when it goes, and return what ended that life; None when told to end."""
        for seconds in chain(WAITS, repeat(WAITS[-1])):
            self._say(fault)
            if await self._stopped_within(seconds):
                return None
            try:
                with assembled(self._settings, self._environ) as parts:
                    await self._going_on()
                    return await _life(self._begin(parts))
            except StoreError as again:
                fault = again
            if seconds == WAITS[-1] and not self._told:
                await self._tell(partial(alarms.store_waits, str(fault)))
                self._told = True
        raise AssertionError("repeat has no end")

    def _say(self, fault: StoreError) -> None:
        """One line for each fault, however often it is met."""
        if not self._said:
            _log.error("%s; the daemon waits for that, nothing that was filed is lost", fault)
        elif str(fault) != self._said:
            _log.warning("still waiting: %s", fault)
        self._said = str(fault)
        notify(f"STATUS=waiting: {fault}")

    async def _going_on(self) -> None:
        _log.warning("the store can be used again: going on")
        notify("STATUS=at work")
        if self._told:
            await self._tell(alarms.store_is_back)

    async def _stopped_within(self, seconds: float) -> bool:
        """Wait; the service manager hears meanwhile that we are alive."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)  # the daemon's own were for its life
        deadline = loop.time() + seconds
        while not self._stop.is_set() and (left := deadline - loop.time()) > 0:
            notify("WATCHDOG=1")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), min(left, 5.0))
        return self._stop.is_set()

    async def _tell(self, alarm: Callable[[Operators, datetime], Alert]) -> None:
        """Tell the operators past the outbox, as well as it goes: the outbox is in the store."""
        if self._settings.operators is None:
            return
        alert = alarm(self._settings.operators, clock.now())
        url = site.urls(self._settings, self._environ)[alert.channel]
        message = messages.render(alert, ())
        for recipient in alerts.recipients(url, alert.channel):
            result = await asyncio.to_thread(alerts.send, url, recipient.id, message, SEND_TIME)
            _log.warning("told %s: %s (%s)", recipient.label, result.outcome, result.answer)
