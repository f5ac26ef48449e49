"""Full text with filters, for the search page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage import rows
from storage.records import Hit
from storage.store import Store

#: The newest matches that filters look at. A rare country among the matches of a common word would read them all.
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must be; empty means anything."""

    relevant: bool | None = None
    country: str = ""
    source: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits."""

    hits: tuple[Hit, ...]
    more: bool  #: there are older ones
    exhausted: bool  #: False where older matches than the newest 20,000 were not looked at


def search(store: Store, expression: str, filters: Filters, before: int | None, limit: int) -> Page:
    """The newest documents that match the FTS5 `expression` and the filters, older than document `before`."""
    found = [row["document"] for row in store.query(*_wanted(expression, filters, before, limit + 1))]
    shown = tuple(_hits(store, expression, found[:limit]))
    return Page(shown, len(found) > limit, _few(store, expression, filters, before))


def _wanted(expression: str, filters: Filters, before: int | None, limit: int) -> tuple[str, dict[str, object]]:
    clauses, joins = ["1"], []
    if filters.relevant is not None:
        clauses.append("documents.relevant IS :relevant")
    if filters.source:
        clauses.append("documents.source = :source")
    if filters.language:
        joins.append("JOIN versions ON versions.id = documents.version")
        clauses.append("versions.language = :language")
    if filters.country:
        joins.append("JOIN verdicts ON verdicts.id = documents.verdict")
        clauses.append("EXISTS (SELECT 1 FROM json_each(verdicts.countries) WHERE value = :country)")
    values = {
        "expression": expression,
        "before": before if before is not None else 2**62,
        "relevant": filters.relevant,
        "source": filters.source,
        "language": filters.language,
        "country": filters.country,
        "most": _MOST,
        "limit": limit,
    }
    # The clauses are ours; what people typed is bound.
    sql = f"""
        SELECT documents.id AS document FROM ({_NEWEST}) AS found
        JOIN documents ON documents.id = found.rowid
        {" ".join(joins)}
        WHERE {" AND ".join(clauses)} ORDER BY found.rowid DESC LIMIT :limit
    """  # noqa: S608
    return sql, values


_NEWEST = "SELECT rowid FROM texts WHERE texts MATCH :expression AND rowid < :before ORDER BY rowid DESC LIMIT :most"


def _few(store: Store, expression: str, filters: Filters, before: int | None) -> bool:
    if filters == Filters():
        return True
    values = {"expression": expression, "before": before if before is not None else 2**62, "most": _MOST}
    return store.number(f"SELECT count(*) FROM ({_NEWEST})", values) < _MOST  # noqa: S608 - our own words


def _hits(store: Store, expression: str, documents: Sequence[int]) -> Iterator[Hit]:
    """The hits in the order given."""
    # Snippets are made for the hits shown only: each reads the whole text. Asked for by their span and not one by one,
    # because the words behind a prefix are gathered anew for each question: 10 ms, twenty times.
    found = store.query(
        """
        SELECT texts.rowid AS document, snippet(texts, -1, '⟦', '⟧', '…', 24) AS snippet, documents.url,
            documents.source, documents.first_seen, documents.relevant, versions.title, versions.published_at,
            versions.published_precision, versions.published_raw, versions.published_origin, memberships.story
        FROM texts
        JOIN documents ON documents.id = texts.rowid
        JOIN versions ON versions.id = documents.version
        LEFT JOIN memberships ON memberships.document = documents.id
        WHERE texts MATCH :expression AND texts.rowid BETWEEN :first AND :last
            AND +texts.rowid IN (SELECT value FROM json_each(:documents))
        """,
        {
            "expression": expression,
            "first": min(documents, default=0),
            "last": max(documents, default=0),
            "documents": rows.numbers(documents),
        },
    )
    by_document = {row["document"]: rows.hit(row) for row in found}
    return (by_document[each] for each in documents if each in by_document)
