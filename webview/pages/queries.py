"""*Queries*: the saved questions and their answers."""

from __future__ import annotations

from storage.reading import queries
from webview import saved
from webview.pages import Request, Shown, missing

_ROWS = 500
_SECONDS = 2.0


def queries_page(request: Request) -> Shown:  # noqa: ARG001 - every page is asked alike
    """The questions, the operator's and the analyst's."""
    known = saved.questions()
    return Shown(
        "queries.html",
        "Queries",
        {"groups": [(who, [each for each in known if each.asks == who]) for who in ("analyst", "operator")]},
    )


def query_page(request: Request) -> Shown:
    """One question with its answer."""
    found = saved.question(request.asked.name)
    if found is None:
        return missing("There is no saved query of this name.")
    values = {each.name: request.asked.text(each.name) or each.default for each in found.parameters}
    table = queries.run(request.store, found.sql, values, _ROWS, _SECONDS)
    return Shown("query-saved.html", found.title, {"question": found, "values": values, "table": table})
