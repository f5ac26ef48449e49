"""The one place through which every text goes before a person sees it.

The templates' environment calls `finalized` on every value that it writes, so no template can forget to: control and
bidi characters go out, and names that are not to be shown on the page at hand are covered. Markup is made harmless
after that by autoescape. What is cut into pieces is covered before (`prrwatch.people.cover`, which keeps offsets): a
name may begin in one piece and end in the next.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from prrwatch.escape import web_url
from prrwatch.hygiene import clean, one_line
from prrwatch.people import cover
from prrwatch.verdict import Evidence, Field

#: The words of names that the page at hand does not show.
_hidden: ContextVar[Collection[str]] = ContextVar("hidden", default=())
_RUN = re.compile("█(?:[█ '’ʻʼ‘`_-]*█)?")
_MOST_MARKS = 1000


class Address(str):
    """A path or URL that was made here or checked: it is written as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text and the rules that matched in it; none where none did."""

    text: str
    rules: tuple[str, ...] = ()
    n: int = 0  #: 1 for the first marked stretch


@contextmanager
def hiding(names: Collection[str]) -> Iterator[None]:
    """Cover these names in all that is written within."""
    before = _hidden.set(names)
    try:
        yield
    finally:
        _hidden.reset(before)


def finalized(value: object) -> object:
    """What the templates' environment does to each value."""
    return shown(value, _hidden.get()) if type(value) is str else value


def shown(text: str, names: Collection[str] = ()) -> str:
    """The text as a person may see it; a covered name reads as such, aloud too."""
    return _RUN.sub("[name withheld]", cover(clean(text), names))


def link(url: str) -> Address | None:
    """A URL of the web that may be linked; None for any other scheme, and where it holds a name that is hidden here."""
    safe = web_url(cover(url, _hidden.get()))
    return None if safe is None else Address(safe)


def line(text: str, limit: int) -> str:
    """The text on one line of at most so many code points; a name that is hidden here is covered before it is cut."""
    return one_line(cover(text, _hidden.get()), limit)


def headline(title: str | None, otherwise: str, limit: int = 300) -> str:
    """The title on one bounded line; where there is none, what else names the thing."""
    return one_line(title or "", limit) or one_line(otherwise, limit)


def marked(text: str, evidence: Iterable[Evidence], field: Field = Field.TEXT) -> tuple[Piece, ...]:
    """The text cut at the places where rules matched. Pieces joined are the text; places outside of it are not shown.

    Overlapping places become one piece with the rules of all. At most 1,000 places are marked.
    """
    spans = sorted({(each.start, each.end, each.rule) for each in evidence if _resolves(text, each, field)})
    pieces: list[Piece] = []
    at = 0
    for number, (start, end, rules) in enumerate(_merged(spans[:_MOST_MARKS]), 1):
        pieces += [Piece(text[at:start])] if start > at else []
        pieces.append(Piece(text[start:end], rules, number))
        at = end
    return (*pieces, Piece(text[at:])) if at < len(text) else tuple(pieces)


def _resolves(text: str, each: Evidence, field: Field) -> bool:
    # Not held against the quote: the text may be covered, the quote is not.
    return each.field is field and 0 <= each.start < each.end <= len(text)


def _merged(spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, tuple[str, ...]]]:
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for start, end, rule in spans:
        if merged and start < merged[-1][1]:
            first, last, rules = merged[-1]
            merged[-1] = (first, max(last, end), rules if rule in rules else (*rules, rule))
        else:
            merged.append((start, end, (rule,)))
    return merged
