"""One delivery pass: lease what is due, render it, send it, note the answer. A failing channel delays no other.

At least once, never lost: a duplicate is possible only if the process dies between a channel's "accepted" and our note
of it, and it carries the same id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Thread

import alerts
from prrwatch.alert import Alert, Delivery, DeliveryResult, Message, Outcome
from prrwatch.person import Names
from scheduler.clock import Clock
from scheduler.compose import message_of
from scheduler.reminding import is_out_of_date
from storage import outbox
from storage.store import Store

_log = logging.getLogger(__name__)

#: Seconds that one send may take, connection to answer.
SEND_TIME = 30.0
#: A lease outlives the longest send, so that nobody else sends the same row meanwhile.
LEASE_TIME = 2 * SEND_TIME
#: Rows leased at once: one, so that a kill leaves one attempt without an answer, and not nine that never began.
_LEASED = 1


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many deliveries of a pass ended how."""

    accepted: int = 0
    postponed: int = 0
    refused: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(self.accepted + other.accepted, self.postponed + other.postponed, self.refused + other.refused)


class Delivering:
    """Sends from the outbox, channels side by side and the rows of one channel in order."""

    def __init__(
        self,
        store: Store,
        urls: Mapping[str, str],
        clock: Clock,
        names: Names = Names.COVERED,
        view: str | None = None,
    ) -> None:
        self._store = store
        self._urls = urls
        self._clock = clock
        self._names = names
        self._view = view
        self._busy: dict[str, asyncio.Task[Delivered]] = {}
        self._not_before: dict[str, datetime] = {}  # a service asked for patience until then
        self._rendered: Message | None = None  # the latest
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Begin a pass on every channel that is not at work on one."""
        for channel in self._urls:
            if channel not in self._busy and not self._patient(channel):
                task = asyncio.create_task(self.channel_pass(channel), name=f"deliver to {channel}")
                self._busy[channel] = task
                task.add_done_callback(partial(self._ended, channel))

    def _ended(self, channel: str, task: asyncio.Task[Delivered]) -> None:
        self._busy.pop(channel)
        if not task.cancelled():
            error = task.exception()  # asked for in any case: asyncio complains of errors that nobody looked at
            self._failure = self._failure or error

    def raise_failure(self) -> None:
        """Raise what a pass crashed with, if one did. A refused message is no crash but a result."""
        if self._failure is not None:
            raise self._failure

    async def stop(self, patience: float) -> None:
        """Let the sends under way end, for `patience` seconds; an unfinished one is leased again after the restart."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=patience)

    async def channel_pass(self, channel: str) -> Delivered:
        """Send what is due on one channel until nothing is, or until its service asks for patience."""
        tally = Delivered()
        while not self._patient(channel):
            leased = outbox.lease(self._store, self._clock(), _LEASED, LEASE_TIME, channels=(channel,))
            if not leased:
                break
            for delivery in leased:
                tally += await self._deliver(delivery)
        return tally

    async def _deliver(self, delivery: Delivery) -> Delivered:
        if is_out_of_date(self._store, delivery.alert, self._clock()):
            _log.info("%s is not sent: its event was moved or cancelled, or is over", delivery.alert.token)
            outbox.withdraw(self._store, delivery)
            return Delivered()
        result = await self._send(delivery)
        outbox.note(self._store, delivery, result, self._clock())
        self._heed(delivery.alert.channel, result)
        return _counted(result)

    def _heed(self, channel: str, result: DeliveryResult) -> None:
        """Retry-After speaks of the service and not of one message (RFC 9110 section 10.2.3)."""
        if result.retry_after:
            self._not_before[channel] = self._clock() + timedelta(seconds=result.retry_after)

    def _patient(self, channel: str) -> bool:
        until = self._not_before.get(channel)
        return until is not None and self._clock() < until

    async def all_channels(self) -> Delivered:
        """One pass over every channel, to its end."""
        passes = await asyncio.gather(*(self.channel_pass(channel) for channel in self._urls))
        return sum(passes, Delivered())

    def _message(self, alert: Alert) -> Message:
        """Rendered once for all recipients: a summary of five thousand stories takes seconds."""
        if self._rendered is None or self._rendered.id != alert.token:
            self._rendered = message_of(self._store, alert, self._names, self._view)
        return self._rendered

    async def _send(self, delivery: Delivery) -> DeliveryResult:
        message = self._message(delivery.alert)
        url = self._urls[delivery.alert.channel]
        sending = asyncio.wrap_future(_in_thread(url, delivery.recipient, message))
        done, _ = await asyncio.wait({sending}, timeout=SEND_TIME + 5)
        if done:
            return sending.result()
        return DeliveryResult(Outcome.AMBIGUOUS, f"no answer within {SEND_TIME:.0f} s; it may have been taken")


def _in_thread(url: str, recipient: str, message: Message) -> Future[DeliveryResult]:
    """In a daemon thread of its own: a send that hangs beyond its time limit must not keep the process from ending."""
    future: Future[DeliveryResult] = Future()

    def send() -> None:
        try:
            future.set_result(alerts.send(url, recipient, message, SEND_TIME))
        except BaseException as error:  # noqa: BLE001 - carried to the caller, who lets it crash
            future.set_exception(error)

    Thread(target=send, name="send", daemon=True).start()
    return future


def _counted(result: DeliveryResult) -> Delivered:
    match result.outcome:
        case Outcome.ACCEPTED:
            return Delivered(accepted=1)
        case Outcome.NEVER:
            return Delivered(refused=1)
        case _:
            return Delivered(postponed=1)
