"""A connection on which anybody may type SQL: it cannot write, cannot leave the file, and does not show covered words.

`mode=ro` alone is not enough: ATTACH still opens, and writes, other files. So SQLite's authorizer
(https://www.sqlite.org/c3ref/set_authorizer.html) is asked about every statement while it is prepared. Words of
documents, addresses of articles and of receivers read as NULL here: names of private people in them are covered by the
pages that show them, and no page could cover what `substr` and `hex` make of a name.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from prrwatch.errors import StoreError
from storage.faults import told

#: Tables that hold nothing but words of documents, or their addresses.
COVERED_TABLES: Final = frozenset(
    {
        "current_texts",
        "document_keys",
        "texts",
        "texts_config",
        "texts_data",
        "texts_docsize",
        "texts_idx",
        "told_words",
    }
)
#: Columns that hold words of documents, addresses of receivers or what services and people wrote, in any table or view.
COVERED: Final = frozenset(
    {
        "answer",
        "body",
        "claimant",
        "headers",
        "issuer",
        "note",
        "organisers",
        "other_claimant",
        "other_sentence",
        "quote",
        "reasons",
        "recipient",
        "refrain",
        "sentence",
        "subject",
        "summary",
        "term",
        "text",
        "title",
        "why",
    }
)
#: The same, where the column's name says something else in other tables.
_COVERED_IN: Final = frozenset(
    {("occasions", "name"), ("event_tellings", "name"), ("events", "name"), ("upcoming_events", "name")}
    | {("story_facts", "value"), ("people", "name"), ("people", "key")}
    # Addresses of articles hold the names of those whom they are about.
    | {("documents", "key"), ("sightings", "key")}
    | {("documents", "url"), ("originals", "url"), ("sightings", "url"), ("last_looks", "listing")}
)
_PRAGMAS: Final = frozenset(
    {
        "foreign_key_list",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "schema_version",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
#: Table-valued functions are declared when they are first used, which looks like making a table: used before the guard.
_DECLARED: Final = """
    SELECT 1 FROM json_each('[]'), json_tree('[]'), pragma_table_info(''), pragma_table_xinfo(''),
        pragma_table_list(''), pragma_index_list(''), pragma_index_info(''), pragma_foreign_key_list('')
"""
_FORBIDDEN_FUNCTIONS: Final = frozenset({"fts5", "load_extension"})
_LIMITS: Final = (
    (sqlite3.SQLITE_LIMIT_LENGTH, 4_000_000),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 20),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)


def connect(path: Path) -> sqlite3.Connection:
    """A guarded, read-only connection to the store at `path` that may be used by one thread after another.

    Raises `StoreError` where the file cannot be opened.
    """
    with told(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        connection.execute(_DECLARED)
    for limit, most in _LIMITS:
        connection.setlimit(limit, most)
    connection.set_authorizer(_allowed)
    return connection


def is_covered(table: str, column: str) -> bool:
    """Whether a column reads as NULL, or its table not at all."""
    return table in COVERED_TABLES or column in COVERED or (table, column) in _COVERED_IN


def refuse_writing(path: Path) -> StoreError:
    """What to raise when somebody asks for a connection that writes."""
    return StoreError(f"{path}: the web view only reads")


def _allowed(action: int, first: str | None, second: str | None, database: str | None, _view: str | None) -> int:
    """What SQLite's authorizer answers; what is not named here is denied."""
    match action:
        case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_READ:
            return _readable(first or "", second or "")
        case sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if second in _FORBIDDEN_FUNCTIONS else sqlite3.SQLITE_OK
        case sqlite3.SQLITE_PRAGMA:
            # `schema_version` with a value would write it.
            known = first in _PRAGMAS and not (first == "schema_version" and second)
            return sqlite3.SQLITE_OK if known and database in {None, "main"} else sqlite3.SQLITE_DENY
        case _:
            return sqlite3.SQLITE_DENY


def _readable(table: str, column: str) -> int:
    if table in COVERED_TABLES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_IGNORE if is_covered(table, column) else sqlite3.SQLITE_OK
