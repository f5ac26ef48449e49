"""Is the store what it was when it was written? SQLite's own check missed 31 of 100 corruptions: rows carry hashes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256

from prrwatch.errors import StoreError
from storage import bodies, rest, seals
from storage.documents import text_hash
from storage.faults import told
from storage.store import Store, originals_path

#: Each finds rows that must not exist.
_ORPHANS = (
    ("documents without a version", "SELECT id FROM documents WHERE version IS NULL"),
    (
        "documents whose current version is another document's",
        "SELECT documents.id FROM documents JOIN versions ON versions.id = version WHERE document <> documents.id",
    ),
    (
        "documents without a key of their own",
        "SELECT id FROM documents WHERE NOT EXISTS (SELECT 1 FROM document_keys WHERE document = id AND kind = 'own')",
    ),
    (
        "documents that nobody listed",
        "SELECT id FROM documents WHERE NOT EXISTS (SELECT 1 FROM sightings WHERE document = documents.id)",
    ),
    (
        "documents whose verdict is of another version",
        "SELECT documents.id FROM documents JOIN verdicts AS v ON v.id = verdict WHERE v.version <> documents.version",
    ),
    (
        "articles neither read, nor planned, nor given up for a reason",
        "SELECT id FROM sightings WHERE document IS NULL AND next_try IS NULL AND reason IS NULL",
    ),
    (
        "stories without a document",
        "SELECT id FROM stories WHERE merged_into IS NULL AND id NOT IN (SELECT story FROM memberships)",
    ),
    (
        "merged stories that live on in none",
        """
        SELECT gone.id FROM stories AS gone JOIN stories AS kept ON kept.id = gone.merged_into
        WHERE kept.merged_into IS NOT NULL OR gone.id IN (SELECT story FROM memberships)
        """,
    ),
    ("alerts for nobody", "SELECT token FROM alerts WHERE token NOT IN (SELECT alert FROM deliveries)"),
)


def check(store: Store) -> tuple[str, ...]:
    """Everything that is wrong with the store, one line each; nothing when it is whole. Reads all of it.

    The store must be open for writing: SQLite runs the check of the full-text index as a write that changes nothing.
    """
    parts: tuple[Callable[[Store], Iterator[str]], ...] = (
        _at_rest,
        _pages,
        _references,
        _index,
        _orphans,
        _texts,
        _seals,
        _originals,
    )
    return tuple(finding for part in parts for finding in _findings(part, store))


def _findings(part: Callable[[Store], Iterator[str]], store: Store) -> list[str]:
    """A part that the damage keeps from ending is a finding too, and the other parts still run."""
    found: list[str] = []
    try:
        found.extend(part(store))
    except (StoreError, TypeError, ValueError, AttributeError) as error:
        # A damaged row may hold NULL or a number where only text was ever written.
        found.append(str(error) if isinstance(error, StoreError) else f"{store.path}: a row cannot be read ({error})")
    return found


def _at_rest(store: Store) -> Iterator[str]:
    for path in (store.path, originals_path(store.path)):
        if found := rest.finding(path):
            yield f"{path}: {found}"


def _pages(store: Store) -> Iterator[str]:
    for path, connection in ((store.path, store.database.conn), (originals_path(store.path), store.originals.conn)):
        with told(path):
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        yield from (f"{path}: {finding}" for finding in found if finding != "ok")


def _references(store: Store) -> Iterator[str]:
    for row in store.query("PRAGMA foreign_key_check"):
        yield f"{row['table']}: row {row['rowid']} names a row of {row['parent']} that does not exist"


def _index(store: Store) -> Iterator[str]:
    try:
        with store.transaction():
            store.write("INSERT INTO texts (texts, rank) VALUES ('integrity-check', 1)")
    except StoreError as error:
        if isinstance(error.__cause__, sqlite3.DatabaseError):
            yield f"texts: the full-text index does not fit the documents ({error.__cause__})"


def _orphans(store: Store) -> Iterator[str]:
    for what, sql in _ORPHANS:
        found = [str(row[0]) for row in store.query(sql)]
        if found:
            yield f"{len(found)} {what}: {', '.join(found[:5])}{' ...' if len(found) > 5 else ''}"


def _texts(store: Store) -> Iterator[str]:
    for row in store.stream("SELECT id, text, sha256 FROM versions"):
        if text_hash(row["text"]) != row["sha256"]:
            yield f"versions: the text of row {row['id']} is not what was written"


def _seals(store: Store) -> Iterator[str]:
    with told(store.path):
        yield from seals.broken(store.database.conn)


def _originals(store: Store) -> Iterator[str]:
    kept = set()
    with told(originals_path(store.path)):
        for row in store.originals.conn.execute("SELECT sha256, size, zstd FROM bodies"):
            kept.add(row["sha256"])
            whole = bodies.unpack(row["zstd"], row["size"])
            if whole is None or sha256(whole).hexdigest() != row["sha256"]:
                yield f"bodies: the bytes of {row['sha256']} are not what was written"
    for row in store.stream("SELECT id, sha256 FROM originals WHERE pruned IS NULL"):
        if row["sha256"] not in kept:
            yield f"originals: the bytes of row {row['id']} are missing"
