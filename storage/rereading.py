"""Documents whose text was taken the cheap way because the rules of their day could not match the page.

When the rules change, their originals are looked at again; nothing is asked of the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prrwatch.document import Document, Item
from storage import rows
from storage.documents import add_version
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Light:
    """Such a document: where its original is, and what the reader was told of it."""

    id: int
    source: str
    url: str  #: that answered
    address: str  #: of the original's bytes
    content_type: str  #: the header as received
    fetched: datetime
    item: Item  #: as it was listed


def waiting(store: Store, fingerprint: str, limit: int) -> tuple[Light, ...]:
    """At most `limit` documents that were last looked at under other rules than those of the fingerprint."""
    found = store.query(
        f"""
        SELECT documents.id AS document, documents.source, documents.key, originals.url, originals.sha256,
            originals.headers, versions.fetched, seen.title, seen.summary, seen.published_at,
            seen.published_precision, seen.published_raw, seen.published_origin
        FROM ({_OTHERS} LIMIT :limit) AS light
        JOIN documents ON documents.id = light.id
        JOIN versions ON versions.id = documents.version
        JOIN originals ON originals.document = documents.id AND originals.fetched = versions.fetched
        LEFT JOIN sightings AS seen ON seen.id
            = (SELECT min(id) FROM sightings WHERE document = documents.id AND sightings.source = documents.source)
        """,  # noqa: S608 - a constant of this module
        {"ruleset": fingerprint, "limit": limit},
    )
    return tuple(
        Light(
            id=row["document"],
            source=row["source"],
            url=row["url"],
            address=row["sha256"],
            content_type=rows.header(row["headers"], "content-type"),
            fetched=rows.at(row["fetched"]),
            item=rows.item(row),
        )
        for row in found
    )


def count(store: Store, fingerprint: str) -> int:
    """How many wait."""
    return store.number(f"SELECT count(*) FROM ({_OTHERS})", {"ruleset": fingerprint})  # noqa: S608 - as above


def looked_at(store: Store, document: int, fingerprint: str) -> None:
    """The page of the document holds nothing under these rules either."""
    with store.transaction():
        store.write("UPDATE documents SET gate = ? WHERE id = ? AND gate IS NOT NULL", (fingerprint, document))


def replaced(store: Store, document: int, read: Document) -> None:
    """The same fetch, read in full, becomes the document's next version, and waits for its verdict."""
    with store.transaction():
        n = store.number("SELECT max(n) FROM versions WHERE document = ?", (document,))
        add_version(store, document, n + 1, read)


# Two ranges of one index instead of `<>`, which would read every document of the archive.
_OTHERS = """
    SELECT id FROM documents WHERE gate IS NOT NULL AND gate < :ruleset
    UNION ALL SELECT id FROM documents WHERE gate IS NOT NULL AND gate > :ruleset
"""
