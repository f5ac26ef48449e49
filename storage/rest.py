"""A file at rest: its hash beside it, while nobody writes, so that no flipped bit goes unseen, even in unused space.

`prrwatch.db.b2` can be verified by anybody: `b2sum -c prrwatch.db.b2`. It is empty while a writer is at work and after
one was killed; then only the seals and SQLite's own check speak.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b, file_digest
from pathlib import Path

#: Larger files stay without: a gibibyte takes about a second and a half, and closing must not take minutes.
_LARGEST = 1 << 30


class Rest:
    """The hash of one file, given up before its first change and taken anew when its last writer has closed it."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()  # SQLite, too, puts its -wal beside the file that a link leads to
        self._descriptor: int | None = None

    def disturb(self) -> None:
        """Give the hash up, durably, before something is written. Waits for a writer that is just taking it."""
        if self._descriptor is not None:
            return
        descriptor = os.open(sum_path(self._path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
        self._descriptor = descriptor

    def settle(self) -> None:
        """After the file was closed: take the hash, unless another writer is at work. A full disk leaves none."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        with _closing(descriptor), contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _in_one_file(self._path) and self._path.stat().st_size <= _LARGEST:
                os.pwrite(descriptor, _line(self._path), 0)


def sum_path(path: Path) -> Path:
    """Where the hash of the file at `path` is kept."""
    whole = path.resolve()
    return whole.with_name(whole.name + ".b2")


def keep(path: Path) -> None:
    """Write the hash of a file that nobody has open, a backup for one."""
    rest = Rest(path)
    rest.disturb()
    rest.settle()


@contextmanager
def rewritten(path: Path) -> Iterator[None]:
    """Around a change that is no writing: a file that was whole gets a new hash, a damaged one keeps the old one."""
    whole = _kept(path) and finding(path) is None
    yield
    if whole:
        keep(path)


def finding(path: Path) -> str | None:
    """What is wrong when the file is not the one that was closed; None when it is, or when nothing is known of it."""
    kept = _kept(path)
    if not kept or _line(path.resolve()) == kept or _kept(path) != kept:
        return None
    return f"was changed since prrwatch closed it; if you put it there yourself, remove {sum_path(path)}"


def _kept(path: Path) -> bytes:
    beside = sum_path(path)
    return beside.read_bytes() if beside.exists() else b""


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _in_one_file(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return not wal.exists() or wal.stat().st_size == 0


def _line(path: Path) -> bytes:
    with path.open("rb") as file:
        return f"{file_digest(file, blake2b).hexdigest()}  {path.name}\n".encode()
