"""Saved questions: statements that ship with prrwatch, run with a limit on rows and on time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass

from storage.store import Store

#: SQLite asks whether to go on after so many of its own steps.
_STEPS = 2_000

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """What a question was answered with."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    more: bool  #: there were more rows than asked for
    too_slow: bool = False  #: it was stopped; then there are no rows


def run(store: Store, sql: str, values: Mapping[str, str], rows: int, seconds: float) -> Table:
    """The first rows of a SELECT of ours, with what people typed bound to its parameters. `store` is read-only."""
    connection = store.database.conn
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        cursor = connection.execute(sql, values)
        found = cursor.fetchmany(rows + 1)
        columns = tuple(each[0] for each in cursor.description)
        cursor.close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return Table((), (), more=False, too_slow=True)
    finally:
        connection.set_progress_handler(None, 0)
    return Table(columns, tuple(tuple(row) for row in found[:rows]), len(found) > rows)
