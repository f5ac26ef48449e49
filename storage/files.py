"""The store's files before they are a store: opened for reading, and refused when they are not ours."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from prrwatch.errors import StoreError
from storage import migrations
from storage.faults import DAMAGED, told
from storage.lite import Database, Migrations

#: Written into the file's header, so that somebody else's database is not taken for ours: "prrw".
APPLICATION_ID = 0x70727277

#: STRICT tables came with 3.37, JSON functions in every build with 3.38.
_OLDEST_SQLITE = (3, 38, 0)


def read_only(path: Path, patience: timedelta) -> Database:
    """A connection that cannot write; also where the folder is read-only."""
    with told(path):
        try:
            return _read(path, "mode=ro", patience)
        except sqlite3.OperationalError as error:
            # A WAL file can be read without write access to its folder only as one that nobody writes:
            # https://www.sqlite.org/wal.html#readonly. A -wal file beside it would say that somebody does.
            refused = error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
            if not refused or not path.exists() or _wal(path).exists():
                raise
            return _read(path, "mode=ro&immutable=1", patience)


def _read(path: Path, mode: str, patience: timedelta) -> Database:
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=patience.total_seconds(), isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except BaseException:
        connection.close()
        raise
    return Database(connection, execute_plugins=False)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def refuse_old_sqlite() -> None:
    """Raise `StoreError` where Python's SQLite lacks what we use."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        raise StoreError(f"Python's SQLite is {sqlite3.sqlite_version}; install a Python with SQLite {oldest} or later")


def refuse_missing_folder(path: Path) -> None:
    """Raise `StoreError` where no file can be."""
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist; make it, or name another store")
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file for the store")


def refuse_foreign(path: Path, database: Database) -> None:
    """Raise `StoreError` for a database of another program."""
    # In one transaction: between two, another process may be making the store.
    database.conn.execute("BEGIN")
    known = database.conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    empty = database.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    database.conn.execute("COMMIT")
    if not known and not empty:
        raise StoreError(f"{path}: is a database of another program; name another file for the store")


def refuse_forgetful(path: Path, database: Database, steps: Migrations) -> None:
    """Raise `StoreError` for a store that has lost the record of a step: to take it again would spoil it or fail."""
    # In this order: a process that makes the store commits both at once.
    made = database.conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    applied = {each.name for each in steps.applied(database)}
    lost = {name for name in migrations.names(steps) if name < max(applied, default="")} - applied
    if lost or (made and not applied):
        raise StoreError(f"{path}: the store {DAMAGED} (the record of its schema is gone)")


def refuse_newer(path: Path, database: Database, steps: Migrations) -> None:
    """Raise `StoreError` for a file that a newer prrwatch wrote."""
    unknown = sorted({each.name for each in steps.applied(database)} - migrations.names(steps))
    if unknown:
        raise StoreError(
            f"{path}: was written by a newer prrwatch (schema {unknown[-1]}); install that version or a later one"
        )


def refuse_older(path: Path, database: Database) -> None:
    """Raise `StoreError` for a file whose migrations have not run: reading does not migrate."""
    if migrations.store.pending(database):
        raise StoreError(f"{path}: has an older schema; run `prrwatch db migrate`")
