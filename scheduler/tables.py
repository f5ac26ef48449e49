"""Tables for a terminal. Text from the web is made harmless for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tabulate import tabulate

from prrwatch.escape import terminal


def table(rows: Sequence[dict[str, Any]]) -> str:
    """A plain table with a head line; "" for no rows."""
    cleaned = [{key: terminal("" if value is None else str(value)) for key, value in row.items()} for row in rows]
    return tabulate(cleaned, headers="keys", tablefmt="plain", disable_numparse=True)
