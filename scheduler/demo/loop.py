"""An asyncio loop in a thread of its own: the floor on which the loopback servers stand."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from threading import Thread
from typing import Any, Self, TypeVar

Result = TypeVar("Result")

_PATIENCE = 10.0  # seconds; nothing asked of this loop takes as long, so waiting longer means a fault of ours


class ThreadedLoop:
    """Runs coroutines for threads that have no loop. `close` cancels whatever still runs and frees everything."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = Thread(target=self.loop.run_forever, name="demo-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What `work` returns. Raises what it raises, and TimeoutError after ten seconds."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE)

    @property
    def closed(self) -> bool:
        """Whether it ended."""
        return self.loop.is_closed()

    def close(self) -> None:
        """Cancel what runs, end the thread, free the loop. Not to be called twice."""
        self.run(_cancel_others())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_PATIENCE)
        self.loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _cancel_others() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # Transports close in a callback of the next round; without it they are reported as never closed.
    await asyncio.sleep(0)
