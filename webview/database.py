"""The store as Datasette knows it: every connection is guarded and none writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.database import Database

from storage import guard

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

    async def table_names(self) -> list[str]:
        """The tables that may be looked at."""
        return [each for each in await super().table_names() if each not in guard.COVERED_TABLES]

    async def attached_databases(self) -> list[Any]:
        """None ever is; asking SQLite would name the file."""
        return []
