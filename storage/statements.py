"""What documents state, filed with the verdict: their figures and events, and what stories say in all by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prrwatch.document import Document
from prrwatch.events import Event
from prrwatch.lending import About, Fact, Teller, facts
from prrwatch.statements import Statements
from storage import events, figures, people, rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Unread:
    """A relevant document in its current version, whose figures and events other words have read, or none."""

    id: int
    version: int
    document: Document


def unread(store: Store, readers: str, limit: int) -> tuple[Unread, ...]:
    """At most `limit` relevant documents that were not read by `readers`: filed before we could, or read worse."""
    # As in `judging.unjudged`: ranges of one index instead of `IS NOT`.
    found = store.query(
        """
        WITH waiting AS (
            SELECT id FROM documents WHERE relevant = 1 AND readers IS NULL
            UNION ALL SELECT id FROM documents WHERE relevant = 1 AND readers < :readers
            UNION ALL SELECT id FROM documents WHERE relevant = 1 AND readers > :readers
            LIMIT :limit)
        SELECT documents.id AS document, documents.key, documents.url, documents.source, documents.version, versions.*
        FROM waiting
        JOIN documents ON documents.id = waiting.id
        JOIN versions ON versions.id = documents.version
        """,
        {"readers": readers, "limit": limit},
    )
    return tuple(Unread(row["document"], row["version"], rows.document(row)) for row in found)


def record(store: Store, found: Iterable[tuple[int, int, Statements]], now: datetime) -> None:
    """File what versions state, as `add`, in one transaction; doing it twice is doing it once."""
    with store.transaction():
        for document, version, each in found:
            add(store, document, version, each, now)


def add(store: Store, document: int, version: int, found: Statements, now: datetime) -> None:
    """File what one version of a document states in place of what was read in it before, inside the open transaction.

    What earlier versions stated is kept beside it.
    """
    store.write("UPDATE documents SET readers = ? WHERE id = ? AND version = ?", (found.readers, document, version))
    figures.file(store, version, found.figures)
    events.file(store, document, version, found.events, now)
    people.file(store, version, found.people)
    for row in store.query("SELECT story FROM memberships WHERE document = ?", (document,)):
        refresh(store, row["story"])


def refresh(store: Store, story: str) -> None:
    """Make the claims of a story and what it says in all anew, inside the open transaction.

    To be called for every story that gained or lost a document.
    """
    figures.refresh(store, story)
    store.write("DELETE FROM story_facts WHERE story = ?", (story,))
    store.write_many(
        "INSERT INTO story_facts (story, fact, value, document, lent) VALUES (?, ?, ?, ?, ?)",
        [(story, each.about.value, each.value, each.document, each.lent) for each in facts(_tellers(store, story))],
    )


def facts_of(store: Store, story: str) -> tuple[Fact, ...]:
    """What a story says in all, as it was last made."""
    found = store.query("SELECT * FROM story_facts WHERE story = ? ORDER BY fact", (story,))
    return tuple(Fact(About(row["fact"]), row["value"], row["document"], bool(row["lent"])) for row in found)


def _tellers(store: Store, story: str) -> list[Teller]:
    """The relevant documents of a story with what their current versions tell, the leading one first."""
    found = store.query(
        """
        SELECT story_members.document, story_members.why, versions.published_at, versions.published_precision,
            versions.published_raw, versions.published_origin, versions.issuer
        FROM story_members
        JOIN documents ON documents.id = story_members.document
        JOIN versions ON versions.id = documents.version
        WHERE story_members.story = ? AND story_members.relevant = 1 ORDER BY story_members.place
        """,
        (story,),
    )
    told: dict[int, list[tuple[str, Event]]] = defaultdict(list)
    for row in store.query(
        """
        SELECT event_tellings.*, memberships.document FROM memberships
        JOIN documents ON documents.id = memberships.document
        JOIN event_tellings ON event_tellings.version = documents.version
        WHERE memberships.story = ? ORDER BY event_tellings.version, event_tellings.n
        """,
        (story,),
    ):
        told[row["document"]].append((row["occasion"], rows.event(row)))
    return [rows.teller(row, tuple(told[row["document"]])) for row in found]
