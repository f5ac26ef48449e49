"""Answers that cost much and change slowly, kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

_Answer = TypeVar("_Answer")
_MOST = 32


class Remembered:
    """Answers by what they depend on. May be used by several threads: at worst one is worked out twice."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, object]] = {}

    def answer(self, key: Hashable, work: Callable[[], _Answer]) -> _Answer:
        """What `work` gave for this key less than so many seconds ago, or gives now."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._clock() - self._seconds:
            return kept[1]  # type: ignore[return-value]  # one key is asked for one kind of answer
        found = work()
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = (self._clock(), found)
        return found
