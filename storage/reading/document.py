"""One document: its text, what the rules found in it, its versions, its originals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from prrwatch.document import Dated
from prrwatch.verdict import Entity, Evidence
from storage import rows
from storage.store import Store

_MOST_ORIGINALS = 20


@dataclass(frozen=True, slots=True)
class Leaf:
    """A document in its current version, with the verdict on it."""

    document: int
    url: str
    source: str
    source_name: str
    kind: str
    title: str | None
    text: str
    language: str | None
    issuer: str | None
    published: Dated | None
    first_seen: datetime
    fetched: datetime
    media_type: str
    extraction: str
    sha256: str
    version: int
    versions: int
    gone: bool
    relevant: bool | None
    story: str | None
    score: float | None
    phases: tuple[str, ...]
    countries: tuple[str, ...]
    ruleset: str | None
    judged: datetime | None
    evidence: tuple[Evidence, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a document, with what made it relevant."""

    n: int
    title: str | None
    text: str
    language: str | None
    published: Dated | None
    fetched: datetime
    sha256: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the web that is kept."""

    url: str
    status: int
    fetched: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of the document."""

    word: str  #: of `prrwatch.feedback.Word`
    note: str
    by: str
    at: datetime


_LEAF = """
SELECT documents.id AS document, documents.url, documents.source, sources.name AS source_name, sources.kind,
    documents.first_seen, documents.version, documents.state, documents.relevant, documents.verdict,
    versions.*, verdicts.score, verdicts.phases, verdicts.countries, verdicts.ruleset, verdicts.at AS judged,
    memberships.story
FROM documents
JOIN sources ON sources.id = documents.source
JOIN versions ON versions.id = documents.version
LEFT JOIN verdicts ON verdicts.id = documents.verdict
LEFT JOIN memberships ON memberships.document = documents.id
WHERE documents.id = ?
"""


def leaf(store: Store, document: int) -> Leaf | None:
    """The document; None when there is none, or it was never read."""
    row = store.first(_LEAF, (document,))
    return _leaf(store, row) if row else None


def _leaf(store: Store, row: Row) -> Leaf:
    return Leaf(
        document=row["document"],
        url=row["url"],
        source=row["source"],
        source_name=row["source_name"],
        kind=row["kind"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        issuer=row["issuer"],
        published=rows.dated(row),
        first_seen=rows.at(row["first_seen"]),
        fetched=rows.at(row["fetched"]),
        media_type=row["media_type"],
        extraction=row["extraction"],
        sha256=row["sha256"],
        version=row["version"],
        versions=row["n"],
        gone=row["state"] == "gone",
        relevant=None if row["relevant"] is None else bool(row["relevant"]),
        story=row["story"],
        score=row["score"],
        phases=rows.strings(row["phases"]),
        countries=rows.strings(row["countries"]),
        ruleset=row["ruleset"],
        judged=rows.at_or_none(row["judged"]),
        evidence=_evidence(store, row["verdict"]),
        entities=_entities(store, row["verdict"]),
    )


def editions(store: Store, document: int, limit: int) -> tuple[Edition, ...]:
    """Its latest versions, the newest first."""
    found = store.query(
        """
        SELECT versions.*, (SELECT max(id) FROM verdicts WHERE verdicts.version = versions.id) AS verdict
        FROM versions WHERE document = ? ORDER BY n DESC LIMIT ?
        """,
        (document, limit),
    )
    return tuple(
        Edition(
            row["n"],
            row["title"],
            row["text"],
            row["language"],
            rows.dated(row),
            rows.at(row["fetched"]),
            row["sha256"],
            _evidence(store, row["verdict"]),
        )
        for row in found
    )


def answers(store: Store, document: int) -> tuple[Answer, ...]:
    """The answers of the web that are kept of it, the newest first, at most 20."""
    found = store.query(
        "SELECT url, status, fetched, sha256 FROM originals WHERE document = ? ORDER BY fetched DESC LIMIT ?",
        (document, _MOST_ORIGINALS),
    )
    return tuple(Answer(row["url"], row["status"], rows.at(row["fetched"]), row["sha256"]) for row in found)


def said(store: Store, document: int) -> tuple[Said, ...]:
    """What people said of it, the latest first, at most 20."""
    found = store.query(
        """
        SELECT CASE relevant WHEN 1 THEN 'relevant' ELSE 'not-relevant' END AS word, note, by, at
        FROM labels WHERE document = :document
        UNION ALL SELECT what, note, by, at FROM remarks WHERE document = :document
        ORDER BY at DESC LIMIT 20
        """,
        {"document": document},
    )
    return tuple(Said(row["word"], row["note"], row["by"], rows.at(row["at"])) for row in found)


def _evidence(store: Store, verdict: int | None) -> tuple[Evidence, ...]:
    found = store.query("SELECT * FROM evidence WHERE verdict = ? ORDER BY n", (verdict,))
    return tuple(rows.evidence(each) for each in found)


def _entities(store: Store, verdict: int | None) -> tuple[Entity, ...]:
    found = store.query("SELECT * FROM entities WHERE verdict = ? ORDER BY n", (verdict,))
    return tuple(rows.entity(each) for each in found)
