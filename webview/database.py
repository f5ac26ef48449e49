"""The store as Datasette knows it: every connection is guarded and none writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from datasette.database import Database
from datasette.utils import CustomRow

from storage import guard

_QUOTED = re.compile(r"^\[(\w+)\]$")
_MANY = 10_000
#: Its name, and the first part of the path under which tables are browsed.
NAME = "store"


class GuardedDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """The store behind `storage.guard`."""

    def connect(self, write: bool = False) -> Any:  # noqa: FBT001, FBT002 - Datasette's signature
        """A guarded connection. Raises `StoreError` when asked for one that writes."""
        if write:
            raise guard.refuse_writing(Path(self.path))
        connection = guard.connect(Path(self.path))
        self._all_file_connections.append(connection)
        return connection

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """The rows of a statement. Of a covered column SQLite tells what was typed ("[key]") and not its name."""
        found = await super().execute(sql, *arguments, **options)
        told = tuple(each[0] for each in found.description or ())
        names = tuple(_QUOTED.sub(r"\1", each) for each in told)
        if names != told:
            found.description = tuple((name, *each[1:]) for name, each in zip(names, found.description, strict=True))
            found.rows = [CustomRow(names, dict(zip(names, tuple(row), strict=True))) for row in found.rows]
        return found

    async def table_names(self) -> list[str]:
        """The tables that may be looked at."""
        return [each for each in await super().table_names() if each not in guard.COVERED_TABLES]

    async def table_exists(self, table: str) -> bool:
        """Whether there is such a table to be looked at."""
        return table in await self.table_names()

    async def view_names(self) -> list[str]:
        """The views that may be looked at."""
        return [each for each in await super().view_names() if each not in guard.COVERED_TABLES]

    async def get_view_definition(self, view: str) -> str | None:
        """Its statement; None for what is no view to be looked at."""
        found: str | None = await super().get_view_definition(view) if view in await self.view_names() else None
        return found

    async def table_counts(self, limit: int = 0) -> dict[str, int | None]:  # noqa: ARG002 - Datasette's signature
        """How many rows each table has; None for many, because to count them all takes longer than to show a page."""
        tables = await self.table_names()
        counts = await self.execute_fn(lambda connection: [_count(connection, each) for each in tables])
        return dict(zip(tables, counts, strict=True))

    async def label_column_for_table(self, table: str) -> str | None:
        """The column whose value names a row; None where it is covered."""
        found: str | None = await super().label_column_for_table(table)
        return None if found is None or guard.is_covered(table, found) else found

    async def attached_databases(self) -> list[Any]:
        """None ever is; asking SQLite would name the file."""
        return []


def _count(connection: Any, table: str) -> int | None:
    # The names come from the schema.
    [count] = connection.execute(f'SELECT count(*) FROM (SELECT 1 FROM "{table}" LIMIT {_MANY + 1})').fetchone()  # noqa: S608
    return None if count > _MANY else int(count)
