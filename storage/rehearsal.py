"""The archive as it was judged, for rehearsing changed rules on it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storage.store import Store


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
