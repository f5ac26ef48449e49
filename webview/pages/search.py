"""*Search*: full text, words in any form."""

from __future__ import annotations

from dataclasses import dataclass

from prrwatch.hygiene import one_line
from prrwatch.people import cover
from storage.reading import searching
from storage.reading.searching import Filters
from storage.records import Hit
from webview.pages import Request, Shown
from webview.stems import expression
from webview.wording import Piece, headline

_PER_PAGE = 20
_OPEN, _CLOSE = "⟦", "⟧"


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with its words cut at the matches."""

    hit: Hit
    headline: str
    pieces: tuple[Piece, ...]


def search_page(request: Request) -> Shown:
    """The newest documents that hold every word."""
    asked = request.asked
    query, only = asked.text("q"), asked.one_of("only", ("relevant", "other"))
    relevant = {"relevant": True, "other": False}.get(only)
    filters = Filters(relevant, asked.country(), asked.token("source"), asked.token("language"))
    page = (
        searching.search(request.store, expression(query), filters, asked.number("before"), _PER_PAGE)
        if query
        else None
    )
    hidden = request.hidden([each.story for each in page.hits if each.story]) if page else frozenset()
    return Shown(
        "search.html",
        f"Search: {query}" if query else "Search",
        {
            "query": query,
            "only": only,
            "filters": filters,
            "page": page,
            "found": [_found(each, hidden) for each in page.hits] if page else [],
            "next": page.hits[-1].document if page and page.more and page.hits else None,
        },
        hidden=hidden,
    )


def _found(hit: Hit, hidden: frozenset[str]) -> Found:
    return Found(hit, headline(hit.title, hit.url), _pieces(cover(one_line(hit.snippet, 600), hidden)))


def _pieces(snippet: str) -> tuple[Piece, ...]:
    """The snippet without the brackets that mark its matches."""
    before, *marked = snippet.split(_OPEN)
    pieces = [Piece(before)]
    for part in marked:
        inside, _, after = part.partition(_CLOSE)
        pieces += [Piece(inside, ("match",)), Piece(after)]
    return tuple(piece for piece in pieces if piece.text)
