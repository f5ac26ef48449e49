"""What SQLite complains of, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prrwatch.errors import StoreError

#: What a file that is not what was written is said to be.
DAMAGED = "is damaged; run `prrwatch db check`, then `prrwatch db restore` the last good backup"
#: By the beginning of SQLite's error name, https://www.sqlite.org/rescode.html. The first that fits counts.
_ADVICE = (
    ("SQLITE_BUSY", "is locked by another program; end it, or try again when it has finished"),
    ("SQLITE_LOCKED", "is locked by another program; end it, or try again when it has finished"),
    ("SQLITE_READONLY", "cannot be written: the file or its folder is read-only; give this user write access to both"),
    ("SQLITE_PERM", "cannot be written: the file or its folder is read-only; give this user write access to both"),
    ("SQLITE_CANTOPEN", "cannot be opened; see that the folder exists and that this user may read and write in it"),
    ("SQLITE_NOTADB", "is not a database, or its beginning is damaged; name another file, or restore a backup"),
    ("SQLITE_CORRUPT", DAMAGED),
    ("SQLITE_FULL", "could not grow: the disk is full; free space, nothing that was filed before is lost"),
    ("SQLITE_IOERR", "could not be read or written: the disk reports an error; check the disk and its free space"),
)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns the errors of the file into `StoreError`. Mistakes in our own SQL stay what they are and crash."""
    try:
        yield
    except sqlite3.Error as error:
        advice = _advice(error)
        if advice is None:
            raise
        raise StoreError(f"{path}: the store {advice} ({error})") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: the store {DAMAGED} ({error})") from error


def _advice(error: sqlite3.Error) -> str | None:
    name: str = getattr(error, "sqlite_errorname", None) or ""
    if not name and "decode to UTF-8" in str(
        error
    ):  # Python's own complaint, without a code: all that we write is UTF-8
        return DAMAGED
    return next((advice for code, advice in _ADVICE if name.startswith(code)), None)
