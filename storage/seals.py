"""Seals: of each table the sum of its rows' hashes, changed in the transaction that changes the rows.

SQLite's own check compares pages and indexes, not content: it missed 31 of 100 corruptions. A sum of hashes needs no
space in the rows, costs one hash a change, and holds the order of nothing: AdHash, Bellare and Micciancio, "A New
Paradigm for Collision-Free Hashing" (1997). It guards against accidents, not against a forger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b

#: Sums are kept modulo 2 ** 128, as 32 hexadecimal digits.
_WIDTH = 16
_MODULUS = 1 << (8 * _WIDTH)
#: Tables that hold content: the full-text index has a check of its own, and the seals cannot seal themselves.
_TABLES = """
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*' AND name <> 'seals' ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Seal:
    """How many rows a table has and what their hashes sum up to."""

    rows: int
    total: int

    def __add__(self, other: Seal) -> Seal:
        return Seal(self.rows + other.rows, (self.total + other.total) % _MODULUS)


_EMPTY = Seal(0, 0)


class Sealing:
    """Follows every change that one connection makes, by triggers that live and die with it.

    Temporary triggers, made from the schema as it is: a new table or column is sealed without a line of code.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changes: dict[str, Seal] = {}
        connection.create_function("prrwatch_seal", -1, self._note)
        for table, columns in _layout(connection).items():
            _follow(connection, table, columns)

    @property
    def changed(self) -> bool:
        """Whether the open transaction has changed anything."""
        return bool(self._changes)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """To be entered inside an open transaction and left before its commit; an exception forgets what was noted."""
        self._changes.clear()
        yield
        if not self._changes:
            return
        kept = _kept(self._connection)
        for table, change in self._changes.items():
            # A damaged seal stays as it is, for the check to find.
            if (before := kept.get(table)) is not None:
                _write(self._connection, table, before + change)

    def _note(self, table: str, rows: int, *values: object) -> None:
        change = Seal(rows, rows * _hash(table, values))
        self._changes[table] = self._changes.get(table, _EMPTY) + change


def renew(connection: sqlite3.Connection) -> None:
    """Seal every table as it is, inside the open transaction: after a change of the schema. Reads the whole store."""
    connection.execute("DELETE FROM seals")
    for table, columns in _layout(connection).items():
        _write(connection, table, _read(connection, table, columns))


def broken(connection: sqlite3.Connection) -> Iterator[str]:
    """Each table whose rows are not those that were written, in words. Reads the whole store."""
    layout, kept = _layout(connection), _kept(connection)
    for table in sorted(layout.keys() ^ kept.keys()):
        yield f"{table}: {'has no seal' if table in layout else 'is sealed, but not there'}"
    for table in sorted(layout.keys() & kept.keys()):
        yield from _differences(connection, table, layout[table], kept[table])


def _differences(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], kept: Seal | None
) -> Iterator[str]:
    try:
        found = _read(connection, table, columns)
    except sqlite3.DatabaseError as error:
        yield f"{table}: cannot be read to its end ({error})"
        return
    if kept is None:
        yield f"{table}: its seal is damaged"
    elif found.rows != kept.rows:
        yield f"{table}: has {found.rows} rows, not the {kept.rows} that were written"
    elif found != kept:
        yield f"{table}: some of its {found.rows} rows are not what was written"


def _layout(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    tables = [str(row[0]) for row in connection.execute(_TABLES).fetchall()]
    return {
        table: tuple(row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))
        for table in tables
    }


def _follow(connection: sqlite3.Connection, table: str, columns: Iterable[str]) -> None:
    old, new = (", ".join(f'{side}."{column}"' for column in columns) for side in ("old", "new"))
    gone, come = (f"SELECT prrwatch_seal('{table}', {sign}, {side});" for sign, side in ((-1, old), (1, new)))
    for event, noted in (("INSERT", come), ("DELETE", gone), ("UPDATE", gone + come)):
        name = f"seal_{table}_{event.lower()}"
        connection.execute(f'CREATE TEMP TRIGGER "{name}" AFTER {event} ON main."{table}" BEGIN {noted} END')


def _kept(connection: sqlite3.Connection) -> Mapping[str, Seal | None]:
    return {name: _seal(rows, total) for name, rows, total in connection.execute("SELECT name, rows, total FROM seals")}


def _seal(rows: object, total: object) -> Seal | None:
    try:
        return Seal(int(str(rows)), int(str(total), 16))
    except ValueError:
        return None


def _read(connection: sqlite3.Connection, table: str, columns: Iterable[str]) -> Seal:
    named = ", ".join(f'"{column}"' for column in columns)
    rows, total = 0, 0
    for row in connection.execute(f'SELECT {named} FROM main."{table}"'):  # noqa: S608 - names from the schema
        rows += 1
        total += _hash(table, tuple(row))
    return Seal(rows, total % _MODULUS)


def _write(connection: sqlite3.Connection, table: str, seal: Seal) -> None:
    connection.execute(
        "INSERT INTO seals (name, rows, total) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, total = excluded.total",
        (table, seal.rows, f"{seal.total:032x}"),
    )


def _hash(table: str, values: tuple[object, ...]) -> int:
    # repr tells 1 from '1' and b'1', and floats exactly.
    text = repr((table, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=_WIDTH).digest())
