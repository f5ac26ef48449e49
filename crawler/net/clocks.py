"""Politeness: one clock per host, over all crawls of the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

_LONG_AGO = float("-inf")


class HostPaused(Exception):  # noqa: N818 - what the host asked for, not a mistake
    """The host asked for patience until `until`; no request was made."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} asked for patience until {until.isoformat(timespec='seconds')}")
        self.until = until


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = _LONG_AGO  #: monotonic seconds: the end of the last request
    not_before: datetime | None = None


class HostClocks:
    """At most one request in flight per host, and a rest between the end of one and the start of the next.

    Robots.txt, redirects, PDFs and retries all take their turn here, so nothing can go round it.
    """

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Wait for this host's turn, `delay` seconds after its last request.

        Raises `HostPaused` instead of waiting for a host that asked for patience.
        """
        state = self._state(host)
        async with state.lock:
            self._refuse_paused(host)
            rest = state.ended + delay - monotonic()
            if rest > 0:
                await asyncio.sleep(rest)
                self._refuse_paused(host)
            try:
                yield
            finally:
                state.ended = monotonic()

    def pause(self, host: str, until: datetime) -> None:
        """No request to `host` before `until`; a later pause wins over an earlier one."""
        state = self._state(host)
        state.not_before = max(until, state.not_before or until)

    def paused(self, host: str) -> datetime | None:
        """Until when the host asked for patience; None when it did not, or the time has passed."""
        until = self._state(host).not_before
        return until if until is not None and until > datetime.now(UTC) else None

    def _refuse_paused(self, host: str) -> None:
        if until := self.paused(host):
            raise HostPaused(host, until)

    def _state(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
