"""The archive as it was judged, for rehearsing changed rules on it, and the last rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import rows
from storage.store import Store

_MOST_FLIPS = 500
_MOST_REASONS = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """A document in its current version with its present verdict."""

    id: int
    url: str
    source: str
    title: str | None
    text: str
    language: str | None
    relevant: bool | None  #: None = not judged yet
    score: float | None


@dataclass(frozen=True, slots=True)
class Flip:
    """A document that the rehearsed rules judge otherwise."""

    document: int
    url: str
    title: str | None
    language: str | None
    relevant: bool  #: by the rehearsed rules
    before: float | None  #: its score now; None = not judged yet
    score: float  #: by the rehearsed rules
    reasons: tuple[str, ...]  #: "rule: words", by the rehearsed rules


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal found: all counted, the first 500 of each kind of flip kept."""

    at: datetime
    ruleset: str
    documents: int
    added: int
    removed: int
    flips: tuple[Flip, ...]


def judged(store: Store) -> Iterator[Judged]:
    """Every document, the newest first."""
    found = store.stream(
        """
        SELECT documents.id, documents.url, documents.source, versions.title, versions.text, versions.language,
            documents.relevant, verdicts.score
        FROM documents
        JOIN versions ON versions.id = documents.version
        LEFT JOIN verdicts ON verdicts.id = documents.verdict
        ORDER BY documents.id DESC
        """
    )
    for row in found:
        relevant = None if row["relevant"] is None else bool(row["relevant"])
        yield Judged(
            row["id"], row["url"], row["source"], row["title"], row["text"], row["language"], relevant, row["score"]
        )


def count(store: Store) -> int:
    """How many those are."""
    return store.number("SELECT count(*) FROM documents WHERE version IS NOT NULL")


def keep(store: Store, ruleset: str, documents: int, flips: Sequence[Flip], now: datetime) -> None:
    """Keep what a rehearsal found in place of the one before."""
    added = [each for each in flips if each.relevant]
    removed = [each for each in flips if not each.relevant]
    with store.transaction():
        store.write("DELETE FROM rehearsal_flips")
        store.write("DELETE FROM rehearsals")
        store.write(
            "INSERT INTO rehearsals (id, at, ruleset, documents, added, removed) VALUES (1, ?, ?, ?, ?, ?)",
            (rows.time(now), ruleset, documents, len(added), len(removed)),
        )
        store.write_many(
            """
            INSERT INTO rehearsal_flips (rehearsal, n, document, relevant, score_before, score, reasons)
            VALUES (1, ?, ?, ?, ?, ?, ?)
            """,
            [
                (n, each.document, each.relevant, each.before, each.score, rows.listed(each.reasons[:_MOST_REASONS]))
                for n, each in enumerate([*added[:_MOST_FLIPS], *removed[:_MOST_FLIPS]])
            ],
        )


def last(store: Store) -> Rehearsed | None:
    """The last rehearsal; None where there was none."""
    row = store.first("SELECT * FROM rehearsals ORDER BY id DESC LIMIT 1")
    if row is None:
        return None
    found = store.query(
        """
        SELECT rehearsal_flips.*, documents.url, versions.title, versions.language FROM rehearsal_flips
        JOIN documents ON documents.id = rehearsal_flips.document
        JOIN versions ON versions.id = documents.version
        WHERE rehearsal = ? ORDER BY n
        """,
        (row["id"],),
    )
    flips = tuple(
        Flip(
            each["document"],
            each["url"],
            each["title"],
            each["language"],
            bool(each["relevant"]),
            each["score_before"],
            each["score"],
            rows.strings(each["reasons"]),
        )
        for each in found
    )
    return Rehearsed(rows.at(row["at"]), row["ruleset"], row["documents"], row["added"], row["removed"], flips)
