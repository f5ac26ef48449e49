"""One worker a store: a lock that the kernel gives back when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from prrwatch.errors import StoreError


class Claim:
    """The right to crawl and to deliver with one store. A context manager; `release` may be called twice."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give the right back. The lock file stays: removing it would let two holders lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def claim(path: Path) -> Claim:
    """Claim the store at `path`. Raises `StoreError` that names the holder's process when it is taken.

    flock(2) on `<path>.lock`, not on the database: SQLite's own locks must stay alone on their file.
    """
    # Beside the file itself: two names of one store must not make two holders.
    whole = path.resolve()
    lock = whole.with_name(whole.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"{lock}: cannot be made: {error.strerror}; give this user write access to the folder"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        message = f"another prrwatch (process {holder}) works on {path}; end it first, or name another store"
        raise StoreError(message) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return Claim(path, descriptor)
