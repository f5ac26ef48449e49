"""A copy of the store while it is being written, and the way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from prrwatch.errors import StoreError
from storage import rest
from storage.check import check
from storage.faults import told
from storage.files import read_only
from storage.store import PATIENCE, Store, open_store, originals_path


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
        rest.sum_path(path).unlink(missing_ok=True)
        _part(path).replace(path)
        rest.keep(path)
    return target, beside


def restore(backup_of: Path, path: Path, now: datetime) -> tuple[Path, ...]:
    """Put the backup at `backup_of` in the place of the store at `path`; returns where the store before it now is.

    To be called by the holder of the claim. A damaged backup, one of a newer version, and one without its originals'
    file are refused with `StoreError`, and nothing is changed. An older schema is brought up to date. What stood here
    is not deleted but set aside, `-wal` included: it may be the only copy of the last hours.
    """
    places = (path, originals_path(path))
    if backup_of.resolve() in {place.resolve() for place in places}:
        raise StoreError(f"{backup_of}: is the store itself; name a backup")
    with TemporaryDirectory(prefix="prrwatch-restore-", dir=path.resolve().parent) as folder:
        fresh = Path(folder) / path.name
        _fetch(backup_of, fresh)
        _refuse_damaged(backup_of, fresh)
        aside = [each for place in places for each in _set_aside(place, now)]
        for place in places:
            (fresh.parent / place.name).replace(place)
            rest.keep(place)
    return tuple(aside)


def _fetch(backup_of: Path, fresh: Path) -> None:
    for source, target in ((backup_of, fresh), (originals_path(backup_of), originals_path(fresh))):
        if not source.exists():
            raise StoreError(f"{source}: is missing; a backup is two files beside each other")
        with told(source), closing(read_only(source, PATIENCE)) as database:
            _copy(database.conn, target)


def _refuse_damaged(backup_of: Path, fresh: Path) -> None:
    found = [each for part in (backup_of, originals_path(backup_of)) if (each := rest.finding(part))]
    with open_store(fresh) as store:
        found += check(store)
    if found:
        raise StoreError(f"{backup_of}: this backup is damaged ({found[0]}); nothing was changed, name another one")


def _set_aside(place: Path, now: datetime) -> list[Path]:
    """Every file of the store at `place` under a name that says since when; SQLite must not find the old `-wal`."""
    rest.sum_path(place).unlink(missing_ok=True)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    moved = []
    for suffix in ("-shm", "-wal", ""):
        present = place.with_name(place.name + suffix)
        if present.exists():
            moved.append(present.rename(place.with_name(f"{place.name}.before-{stamp}{suffix}")))
    return moved


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
