"""*Queries*: the saved questions and their answers."""

from __future__ import annotations

import json
from dataclasses import replace

from prrwatch.people import cover
from storage.reading import queries
from storage.reading.queries import Table
from webview import saved
from webview.pages import Request, Shown, missing
from webview.saved import Question

_ROWS = 300
_TAKEN = 20_000
_SECONDS = 2.0
_STORIES = ("story", "other_story")
_TABLES = (
    ("stories", "The stories that are relevant now"),
    ("relevant", "Their documents"),
    ("figures", "The ledger of figures"),
    ("events", "Events"),
    ("citations", "What to cite of each document"),
)


def queries_page(request: Request) -> Shown:  # noqa: ARG001 - every page is asked alike
    """The questions, the operator's and the analyst's."""
    known = saved.questions()
    return Shown(
        "queries.html",
        "Queries",
        {
            "groups": [(who, [each for each in known if each.asks == who]) for who in ("analyst", "operator")],
            "tables": _TABLES,
        },
    )


def query_page(request: Request) -> Shown:
    """One question with its answer."""
    found = saved.question(request.asked.name)
    if found is None:
        return missing("There is no saved query of this name.")
    values = _values(request, found)
    table = queries.run(request.store, found.sql, values, _ROWS, _SECONDS)
    return Shown(
        "query-saved.html",
        found.title,
        {"question": found, "values": values, "table": table},
        hidden=_hidden(request, table),
    )


def answer(request: Request, question: Question) -> Table:
    """Its answer to take away, more of it, with names covered in every cell."""
    table = queries.run(request.store, question.sql, _values(request, question), _TAKEN, _SECONDS)
    hidden = _hidden(request, table)
    rows = tuple(tuple(cover(each, hidden) if isinstance(each, str) else each for each in row) for row in table.rows)
    return replace(table, rows=rows)


def _values(request: Request, question: Question) -> dict[str, str]:
    return {each.name: request.asked.text(each.name) or each.default for each in question.parameters}


def _hidden(request: Request, table: Table) -> frozenset[str]:
    """The names of the stories and documents that the rows tell of; every question with words of documents has one."""
    stories: set[str] = set()
    documents: set[int] = set()
    for row in table.rows:
        for column, value in zip(table.columns, row, strict=True):
            if column in _STORIES and isinstance(value, str):
                stories.add(value)
            elif column == "stories" and isinstance(value, str):
                stories.update(json.loads(value))
            elif column == "document" and isinstance(value, int):
                documents.add(value)
    return request.hidden(stories) | request.hidden_of(documents)
