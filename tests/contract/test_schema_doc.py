"""docs/schema.md describes every table, view and column of a fresh store, and nothing else; its queries run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.store import open_store

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"
HEADING = re.compile(r"^### `(\w+)`$")
ROW = re.compile(r"^\| `(\w+)` \| (\S.*) \|$")
#: SQLite's own: the parts of the full-text index, the statistics, the automatic indexes.
OWN = re.compile(r"texts_\w+|sqlite_\w+")


def described() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := HEADING.match(line):
            assert heading[1] not in tables, f"{heading[1]} is described twice"
            columns = tables.setdefault(heading[1], [])
        elif row := ROW.match(line):
            columns.append(row[1])
    return tables


def actual(database) -> dict[str, list[str]]:
    names = [*database.table_names(), *database.view_names()]
    return {
        name: [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')]
        for name in names
        if not OWN.fullmatch(name)
    }


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "prrwatch.db") as opened:
        yield opened


def test_the_page_and_the_database_say_the_same(store):
    assert described() == actual(store.originals) | actual(store.database)


def test_the_queries_on_the_page_run(store):
    text = PAGE.read_text(encoding="utf-8")
    queries = [each for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL) for each in block.split(";")]
    assert len(queries) > 3
    for query in queries:
        if query.strip():
            store.query(query)
