"""Writes docs/queries.md: every saved question of the web view with what it answers on the demo's store.

    prrwatch demo --folder FOLDER && python bench/queries_page.py FOLDER > docs/queries.md

The statements stand in webview/queries.toml; names of private people are covered as on the pages. The demo's ports are
other ones each time, so they are written as 8000.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from prrwatch.hygiene import one_line
from storage.store import Store, open_readonly
from webview import Site, saved
from webview.asking import Asked
from webview.pages import Request
from webview.pages.queries import query_page
from webview.wording import shown

ROWS, WIDTH = 4, 70
WHO = {"analyst": "What analysts ask", "operator": "What operators ask"}
HEAD = """\
# Saved queries

The page *Queries* of `prrwatch serve` answers these, and gives each answer under an address that can be kept. The same
statements run in any SQLite program (`sqlite3 -readonly prrwatch.db`), where nothing is covered. What the columns mean
stands in [schema.md](schema.md). Below each is what the store of `prrwatch demo` answers, at most four rows, long cells
cut.

This page is written by a command, [bench/queries_page.py](../bench/queries_page.py); a test holds the statements
against those in use and runs every one on the demo's store.
"""


def page(store_path: Path) -> str:
    """The whole document."""
    parts = [HEAD]
    for who, heading in WHO.items():
        parts.append(f"## {heading}\n")
        parts += [_section(each, store_path) for each in saved.questions() if each.asks == who]
    return "\n".join(parts)


def _section(question: saved.Question, store_path: Path) -> str:
    asked = "".join(
        f"- `:{each.name}`: {each.label}{f', {each.default} unless told' if each.default else ', may be empty'}\n"
        for each in question.parameters
    )
    about = f"{question.description}\n" + (f"\n{asked}" if asked else "")
    return f"### {question.title}\n\n{about}\n```sql\n{question.sql}\n```\n\n{_answer(question, store_path)}\n"


def _answer(question: saved.Question, store_path: Path) -> str:
    with open_readonly(store_path) as store:
        values = {"days": "365", "story": _most_told(store)}
        asked = Asked({each.name: values.get(each.name, "") for each in question.parameters}, question.name)
        found = query_page(Request(store, asked, Site(store_path), datetime.now(UTC)))
    table = found.words["table"]
    if not table.rows:
        return "The demo has none."
    lines = [table.columns, ["---"] * len(table.columns)]
    lines += [[_cell(value, found.hidden) for value in row] for row in table.rows[:ROWS]]
    rest = len(table.rows) - ROWS
    more = f"\n{rest} more {'row' if rest == 1 else 'rows'}.\n" if rest > 0 else ""
    return "\n".join(f"| {' | '.join(each)} |" for each in lines) + (f"\n{more}" if more else "\n")


def _most_told(store: Store) -> str:
    return store.query("SELECT story FROM memberships GROUP BY story ORDER BY count(*) DESC, story")[0][0]


def _cell(value: object, hidden: frozenset[str]) -> str:
    words = "" if value is None else one_line(shown(str(value), hidden), WIDTH)
    words = re.sub(r"(127\.0\.0\.1):\d+", r"\1:8000", words)
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", words)


if __name__ == "__main__":
    print(page(Path(sys.argv[1]) / "prrwatch.db"), end="")
