"""A copy of the store while it is being written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from prrwatch.errors import StoreError
from storage.faults import told
from storage.store import Store, originals_path


def backup(store: Store, target: Path) -> tuple[Path, Path]:
    """Copy both files of the store to `target` and beside it; returns the two paths. An older backup is replaced.

    The main file is copied first: bodies are only ever added, so the second file holds all that the first one names.
    Writers are not held up. A backup that fails leaves the older one as it was.
    """
    beside = originals_path(target)
    if target.resolve() in (store.path.resolve(), originals_path(store.path).resolve()):
        raise StoreError(f"{target}: is the store itself; name another file for the backup")
    if not target.parent.is_dir():
        raise StoreError(f"{target}: the folder {target.parent} does not exist; make it, or name another file")
    parts = [(store.database.conn, target), (store.originals.conn, beside)]
    for connection, path in parts:
        _copy(connection, _part(path))
    for _, path in parts:
        _part(path).replace(path)
    return target, beside


def _copy(connection: sqlite3.Connection, part: Path) -> None:
    part.unlink(missing_ok=True)
    with told(part):
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            connection.backup(copy)
            # One self-contained file, also where the folder of the backup will be read-only.
            copy.execute("PRAGMA journal_mode = DELETE")
        with part.open("rb") as file:
            os.fsync(file.fileno())


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")
