"""Documents, versions, verdicts, stories and the documents that tell them."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row
from typing import Any

from prrwatch.document import Document, Extraction
from prrwatch.outlets.citations import Citation
from prrwatch.source import Kind
from prrwatch.story import Member
from prrwatch.verdict import Entity, Evidence, Field, Verdict
from storage.records import (
    Previous,
    StoredDocument,
)
from storage.rows.values import at, dated, dated_values, listed, published_value, time


def document(row: Row) -> Document:
    """A document in its current version. The other URLs that the page named are kept as keys only."""
    return Document(
        key=row["key"],
        url=row["url"],
        source=row["source"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=dated(row),
        issuer=row["issuer"],
        fetched=at(row["fetched"]),
        media_type=row["media_type"],
        extraction=Extraction(row["extraction"]),
    )


def version_values(document: Document) -> tuple[Any, ...]:
    """The columns of a version, from title to extraction."""
    return (
        document.title,
        document.text,
        document.language,
        *dated_values(document.published),
        document.issuer,
        time(document.fetched),
        document.media_type,
        document.extraction.value,
    )


def stored_document(row: Row, proofs: tuple[Evidence, ...]) -> StoredDocument:
    """A document with what judging needs beside it."""
    return StoredDocument(
        id=row["document"],
        version=row["version"],
        n=row["n"],
        document=document(row),
        previous=Previous(row["earlier_title"], row["earlier_text"], proofs) if row["earlier"] else None,
        baseline=bool(row["baseline"]),
        judged_before=bool(row["judged_before"]),
        story=row["story"],
        unread_for=at(row["first_seen"]) - at(row["read_before"]) if row["read_before"] else None,
    )


def verdict_values(verdict: Verdict) -> tuple[Any, ...]:
    """The columns of a verdict, from ruleset to countries."""
    phases, countries = listed(verdict.phases), listed(verdict.countries)
    return (verdict.ruleset, verdict.relevant, verdict.score, phases, countries)


def place_values(place: Evidence | Entity) -> tuple[Any, ...]:
    """The columns of a place in a document: what was found, field, quote, start, end."""
    found = place.rule if isinstance(place, Evidence) else place.id
    return (found, place.field.value, place.quote, place.start, place.end)


def evidence(row: Row) -> Evidence:
    """A place that a rule matched."""
    return Evidence(row["rule"], row["quote"], row["start"], row["end"], Field(row["field"]))


def entity(row: Row) -> Entity:
    """A named body, person, operation or place where it stands."""
    return Entity(row["entity"], row["quote"], row["start"], row["end"], Field(row["field"]))


def member(row: Row, proofs: Sequence[Evidence], named: Sequence[Entity]) -> Member:
    """A document of a story."""
    return Member(
        document=row["document"],
        url=row["url"],
        source=row["source"],
        source_name=row["source_name"],
        kind=Kind(row["kind"]),
        title=row["title"],
        language=row["language"],
        published=dated(row),
        issuer=row["issuer"],
        fetched=at(row["fetched"]),
        text=row["text"],
        evidence=tuple(proofs),
        entities=tuple(named),
        why=row["why"],
        state=row["state"],
    )


def citation(row: Row) -> Citation:
    """A document as reports cite it; `original` is the SHA-256 of the bytes that its version was read from."""
    return Citation(
        document=row["document"],
        story=row["story"],
        kind=row["kind"],
        title=row["title"],
        issuer=row["issuer"],
        publisher=row["publisher"],
        source_name=row["source_name"],
        language=row["language"],
        published=published_value(row),
        accessed=row["fetched"],
        url=row["url"],
        sha256=row["original"] or row["sha256"],
        hashed="original" if row["original"] else "text",
    )
