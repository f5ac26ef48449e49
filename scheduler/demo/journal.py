"""A journal: what a server of the sample world saw, in order, readable while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Condition
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Journal(Generic[Entry]):
    """Grows at its end, from any thread. Iterating gives the entries so far."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._grown = Condition()

    def add(self, entry: Entry) -> None:
        """Append, and wake who waits."""
        with self._grown:
            self._entries.append(entry)
            self._grown.notify_all()

    def wait(self, enough: Callable[[tuple[Entry, ...]], bool], seconds: float) -> tuple[Entry, ...]:
        """The entries as soon as they are `enough`. Raises TimeoutError when that takes longer than `seconds`."""
        with self._grown:
            if not self._grown.wait_for(lambda: enough(tuple(self._entries)), timeout=seconds):
                raise TimeoutError(f"after {seconds} s the journal holds {len(self._entries)} entries, not enough")
            return tuple(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        with self._grown:
            return iter(tuple(self._entries))

    def __len__(self) -> int:
        with self._grown:
            return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        with self._grown:
            return self._entries[index]
