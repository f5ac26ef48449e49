"""What people take away, row by row. Writing it as CSV or JSON lines is the caller's."""

from __future__ import annotations

from collections.abc import Iterator

from prrwatch.events import KnownEvent
from prrwatch.outlets.citations import Citation
from storage import rows
from storage.exported import AlertRow, DocumentRow, EventRow, FigureRow, StoryRow
from storage.store import Store

_DOCUMENTS = """
SELECT documents.*, versions.*, documents.id, verdicts.score, verdicts.phases, verdicts.countries, memberships.story
FROM documents
JOIN versions ON versions.id = documents.version
LEFT JOIN verdicts ON verdicts.id = documents.verdict
LEFT JOIN memberships ON memberships.document = documents.id
"""


def documents(store: Store) -> Iterator[DocumentRow]:
    """Every document in its current version, the oldest first."""
    for row in store.stream(_DOCUMENTS + "ORDER BY documents.id"):
        yield rows.document_row(row)


def relevant(store: Store) -> Iterator[DocumentRow]:
    """The relevant documents, the oldest first."""
    for row in store.stream(_DOCUMENTS + "WHERE documents.relevant = 1 ORDER BY documents.id"):
        yield rows.document_row(row)


def stories(store: Store) -> Iterator[StoryRow]:
    """The stories that are relevant now, the oldest first."""
    for row in store.stream("SELECT * FROM stories_now ORDER BY opened, story"):
        yield rows.story_row(row)


def alerts(store: Store) -> Iterator[AlertRow]:
    """One row for each message to each recipient, the oldest first."""
    for row in store.stream("SELECT * FROM alerts_sent ORDER BY created, message, recipient"):
        yield rows.alert_row(row)


def figures(store: Store) -> Iterator[FigureRow]:
    """The ledger of figures, a row a claim, by when it was first told."""
    for row in store.stream("SELECT * FROM figures_ledger ORDER BY first_told, claim"):
        yield rows.figure_row(row)


def events(store: Store) -> Iterator[EventRow]:
    """Every event, by its day, those without one first."""
    for row in store.stream("SELECT * FROM events ORDER BY start, event"):
        yield rows.event_row(row)


def calendar(store: Store) -> Iterator[KnownEvent]:
    """The same for calendars."""
    for row in store.stream("SELECT * FROM events ORDER BY start, event"):
        yield rows.known_event(row)


def citations(store: Store, story: str | None = None) -> Iterator[Citation]:
    """Every relevant document, or those of one story, in its current version as a citation, the oldest first."""
    found = store.stream(
        """
        SELECT documents.id AS document, memberships.story, sources.kind, sources.publisher,
            sources.name AS source_name, documents.url, versions.*,
            (SELECT sha256 FROM originals WHERE version = versions.id ORDER BY originals.id LIMIT 1) AS original
        FROM documents
        JOIN sources ON sources.id = documents.source
        JOIN versions ON versions.id = documents.version
        LEFT JOIN memberships ON memberships.document = documents.id
        WHERE documents.relevant = 1 AND (:story IS NULL OR memberships.story = :story) ORDER BY documents.id
        """,
        {"story": story},
    )
    for row in found:
        yield rows.citation(row)
