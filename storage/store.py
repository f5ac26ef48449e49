"""The store: one SQLite file that SQL reads, and beside it one with the originals' bytes.

Two files, because bytes of pages are most of the volume and none of the questions: measured, backup and VACUUM of the
file that matters are six times faster without them. They are two connections and not one with ATTACH, because a commit
over two WAL files is atomic in each but not over both (https://www.sqlite.org/lang_attach.html). Bodies are committed
first: what a kill leaves behind is at worst a body that no row names yet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from prrwatch.errors import StoreError
from storage import migrations, seals
from storage.claim import Claim, claim
from storage.faults import told
from storage.files import (
    APPLICATION_ID,
    read_only,
    refuse_foreign,
    refuse_forgetful,
    refuse_missing_folder,
    refuse_newer,
    refuse_old_sqlite,
    refuse_older,
)
from storage.lite import Database, Migrations
from storage.rest import Rest, rewritten, sum_path
from storage.seals import Sealing

__all__ = [
    "PATIENCE",
    "Claim",
    "Store",
    "StoreError",
    "claim",
    "open_readonly",
    "open_store",
    "originals_path",
    "pending",
]

#: How long to wait for another writer before saying that the store is locked.
PATIENCE = timedelta(seconds=30)

Parameters = Sequence[Any] | Mapping[str, Any]


class Store:
    """An open store. It belongs to the thread that opened it; a context manager.

    `transaction` is the only way to write. Never `await` inside one: another task's writes would join it.
    """

    def __init__(
        self,
        path: Path,
        database: Database,
        open_originals: Callable[[], Database],
        sealing: Sealing | None = None,
    ) -> None:
        self.path = path
        self.database = database
        self._open_originals = open_originals
        self._originals: Database | None = None
        self._sealing = sealing  # None = opened for reading
        self._rest = Rest(path)
        self._originals_rest = Rest(originals_path(path))

    @property
    def originals(self) -> Database:
        """The file of the originals' bytes, opened when it is first needed: a copy without it is still a store."""
        if self._originals is None:
            self._originals = self._open_originals()
        return self._originals

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE, COMMIT at the end, ROLLBACK on any exception. Does not nest.

        Immediate, because a transaction that reads first and then writes cannot wait for the lock: two such
        processes lost 308 of 600 transactions to SQLITE_BUSY, begun immediately none. What changes is sealed.
        """
        with told(self.path), _immediate(self.database.conn), self._sealed():
            yield

    @contextmanager
    def _sealed(self) -> Iterator[None]:
        if self._sealing is None:  # opened for reading: SQLite itself refuses every write
            yield
            return
        with self._sealing.transaction():
            yield
            if self._sealing.changed:
                self._rest.disturb()

    def query(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a SELECT."""
        with told(self.path):
            return self.database.conn.execute(sql, parameters).fetchall()

    def first(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a SELECT or of a RETURNING; the statement is run to its end."""
        rows = self.query(sql, parameters)
        return rows[0] if rows else None

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """The one whole number that a SELECT gives."""
        return int(self.query(sql, parameters)[0][0])

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[sqlite3.Row]:
        """The rows of a SELECT, one at a time."""
        with told(self.path):
            yield from self.database.conn.execute(sql, parameters)

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one writing statement inside the open transaction; returns the number of rows it changed."""
        if not self.database.conn.in_transaction:
            raise RuntimeError("a write outside Store.transaction()")
        return self.database.conn.execute(sql, parameters).rowcount

    def write_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one writing statement for each row inside the open transaction."""
        if not self.database.conn.in_transaction:
            raise RuntimeError("a write outside Store.transaction()")
        self.database.conn.executemany(sql, rows)

    @contextmanager
    def originals_transaction(self) -> Iterator[sqlite3.Connection]:
        """As `transaction`, over the file of the originals' bytes."""
        with told(originals_path(self.path)), _immediate(self.originals.conn):
            before = self.originals.conn.total_changes
            yield self.originals.conn
            if self.originals.conn.total_changes != before:
                self._originals_rest.disturb()

    def close(self) -> None:
        """Close both files. A store that is not closed loses nothing."""
        self.database.close()
        if self._originals is not None:
            self._originals.close()
        self._rest.settle()
        self._originals_rest.settle()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def originals_path(path: Path) -> Path:
    """Where the originals' bytes of the store at `path` are kept: `prrwatch.db` -> `prrwatch-originals.db`."""
    whole = path.resolve()  # beside the file itself, by whichever name it is called
    return whole.with_name(f"{whole.stem}-originals{whole.suffix}")


def open_store(path: Path, patience: timedelta = PATIENCE) -> Store:
    """Open the store for writing; make it where there is none, bring its schema up to date.

    Raises `StoreError` with what is wrong and what to do. A failed opening changes nothing.
    """
    refuse_old_sqlite()
    refuse_missing_folder(path)
    database = _open_file(path, migrations.store, patience)
    with told(path):
        sealing = Sealing(database.conn)  # before the first transaction: a rollback would take its triggers along
    store = Store(path, database, lambda: _open_file(originals_path(path), migrations.originals, patience), sealing)
    try:
        # Before the first write, and not in the middle of it, is when to learn that one of the files is read-only.
        with store.transaction(), store.originals_transaction():
            pass
    except BaseException:
        store.close()
        raise
    return store


def open_readonly(path: Path, patience: timedelta = PATIENCE) -> Store:
    """Open the store for reading, while another process may write. Raises `StoreError` where there is none."""
    refuse_old_sqlite()
    if not path.exists():
        raise StoreError(f"{path}: there is no store here; run `prrwatch crawl` or `prrwatch run` first")
    database = read_only(path, patience)
    try:
        refuse_foreign(path, database)
        refuse_forgetful(path, database, migrations.store)
        refuse_newer(path, database, migrations.store)
        refuse_older(path, database)
    except BaseException:
        database.close()
        raise
    return Store(path, database, lambda: read_only(originals_path(path), patience))


def pending(path: Path) -> tuple[str, ...]:
    """The migrations that opening the store at `path` would run, all of them where there is none. Writes nothing."""
    if not path.exists():
        return tuple(sorted(migrations.names(migrations.store)))
    with told(path), closing(read_only(path, PATIENCE)) as database:
        refuse_foreign(path, database)
        refuse_newer(path, database, migrations.store)
        return tuple(each.name for each in migrations.store.pending(database))


def _open_file(path: Path, steps: Migrations, patience: timedelta) -> Database:
    with told(path):
        # Absolute, because ":memory:" is a file name like any other here.
        connection = sqlite3.connect(path.absolute(), timeout=patience.total_seconds(), isolation_level=None)
        try:
            database = Database(connection, execute_plugins=False)
            refuse_foreign(path, database)
            refuse_forgetful(path, database, steps)
            refuse_newer(path, database, steps)
            _prepare(path, connection)
            _migrate(path, database, steps)
        except BaseException:
            connection.close()
            raise
    return database


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with rewritten(path):  # it is a byte of the file
            connection.execute("PRAGMA journal_mode = WAL")
    # In simulated power loss WAL with NORMAL kept 0 of 100 commits, with FULL 100 of 100.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _migrate(path: Path, database: Database, steps: Migrations) -> None:
    if not steps.pending(database):
        return
    sum_path(path).unlink(missing_ok=True)
    # One immediate transaction around all steps: of two processes that find the same new file, the second one waits,
    # looks again, and finds nothing left to do.
    with _immediate(database.conn):
        steps.apply(database)
        if steps is migrations.store:
            seals.renew(database.conn)
        database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[None]:
    if connection.in_transaction:
        raise RuntimeError("transactions do not nest")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back after some errors, a full disk for one.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
