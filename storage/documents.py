"""Documents, their keys, versions and originals. All inside the open transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from hashlib import sha256
from sqlite3 import Row

from prrwatch import stories, urls
from prrwatch.crawl import Fetched, Validators
from prrwatch.dates.parsing import SIGHTING
from prrwatch.document import Dated, Document, Original
from storage import rows, sightings, withdrawals
from storage.store import Store


class Fate(Enum):
    """What an article that was read did to the store."""

    NEW = "new"
    VERSION = "version"
    SAME = "same"
    FILED_BEFORE = "filed before"


def add(store: Store, fetched: Fetched, address: str, now: datetime) -> tuple[int, Fate]:
    """File one article that was read; `address` is where its original's bytes are kept.

    1. The same fetch filed again changes nothing.
    2. A document under one of its keys is the same document; so is one under a URL that the page calls its own, if
       it says the same in the same language: a wrong `rel=canonical` must not swallow a site.
    3. A new text, title or date of publication makes a new version, unless it was read by the rules of another source,
       or is another edition of the page (AMP, print).
    """
    if (before := _filed(store, fetched)) is not None:
        return before, Fate.FILED_BEFORE
    document = fetched.document
    number, fate = _place(store, fetched, now)
    _looked(store, number, document, fetched.validators)
    _note_keys(store, number, document, fetched.item.key)
    sightings.link(store, (fetched.item.key, document.key), number, fetched.job, document.fetched)
    keep_original(store, fetched.original, address, document.source, number)
    return number, fate


def by_key(store: Store, key: str) -> int | None:
    """The document with this key."""
    row = store.first("SELECT document FROM document_keys WHERE key = ? AND kind = 'own'", (key,))
    return row["document"] if row else None


def looked_at(store: Store, number: int, at: datetime) -> None:
    """Note that the document was asked for and is as it was."""
    store.write("UPDATE documents SET looked_at = max(looked_at, ?) WHERE id = ?", (rows.time(at), number))


def withdraw(store: Store, number: int, at: datetime) -> bool:
    """Note that the document is no longer there; False when that was known."""
    looked_at(store, number, at)
    if not store.write("UPDATE documents SET state = 'gone' WHERE id = ? AND state = 'live'", (number,)):
        return False
    withdrawals.note(store, number, at)
    return True


def keep_original(store: Store, original: Original, address: str, source: str, number: int | None) -> None:
    """Note one answer of the web: where its bytes are, its headers, when it came."""
    store.write(
        """
        INSERT INTO originals (url, source, document, version, status, headers, fetched, sha256)
        VALUES (?, ?, ?, (SELECT version FROM documents WHERE id = ?), ?, ?, ?, ?)
        ON CONFLICT (url, fetched) DO NOTHING
        """,
        (
            original.url,
            source,
            number,
            number,
            original.status,
            rows.headers(original.headers),
            rows.time(original.fetched),
            address,
        ),
    )


def _filed(store: Store, fetched: Fetched) -> int | None:
    row = store.first(
        "SELECT document FROM originals WHERE url = ? AND fetched = ? AND document IS NOT NULL",
        (fetched.original.url, rows.time(fetched.original.fetched)),
    )
    return row["document"] if row else None


def _find(store: Store, document: Document, listed_as: str) -> Row | None:
    """The document that we have under the final URL, else under the listed one."""
    found = _under(store, (document.key,), ("own",)) or _under(store, (listed_as,), ("own",))
    return found[0] if found else None


def _find_alternate(store: Store, document: Document) -> Row | None:
    """A document whose page names this URL, or that is named by this page, and that says the same."""
    keys = (document.key, *_alternate_keys(document))
    return next((row for row in _under(store, keys, ("own", "alternate")) if _same(row, document)), None)


def _under(store: Store, keys: Iterable[str], kinds: Iterable[str]) -> list[Row]:
    return store.query(
        """
        SELECT DISTINCT documents.id, documents.source, versions.n, versions.title, versions.language, versions.text,
            versions.published_at, versions.published_origin
        FROM document_keys
        JOIN documents ON documents.id = document_keys.document
        JOIN versions ON versions.id = documents.version
        WHERE document_keys.key IN (SELECT value FROM json_each(?))
            AND document_keys.kind IN (SELECT value FROM json_each(?))
        ORDER BY documents.id LIMIT 20
        """,
        (rows.listed(keys), rows.listed(kinds)),
    )


def _same(row: Row, document: Document) -> bool:
    if row["text"] == document.text:
        return True
    one, other = stories.sketch(row["text"]), stories.sketch(document.text)
    long_enough = min(one.size, other.size) >= stories.TOO_SHORT
    return row["language"] == document.language and long_enough and stories.containment(one, other) >= stories.COPY


def _alternate_keys(document: Document) -> Iterable[str]:
    return (urls.key(each) for each in document.alternates)


def _new(store: Store, fetched: Fetched, now: datetime) -> int:
    """Baseline only if it is so for everyone who listed it: to a source that has long been watched it is news."""
    document = fetched.document
    row = store.first(
        """
        INSERT INTO documents (key, url, source, baseline, first_seen, first_fetched, looked_at)
        SELECT ?, ?, ?, coalesce(min(seen.baseline), 0), coalesce(min(seen.first_seen), ?), ?, ?
        FROM sightings AS seen WHERE seen.key IN (?, ?)
        RETURNING id
        """,
        (
            document.key,
            document.url,
            document.source,
            rows.time(now),
            rows.time(document.fetched),
            rows.time(document.fetched),
            document.key,
            fetched.item.key,
        ),
    )
    assert row is not None  # noqa: S101  an INSERT of one row returns one row
    number: int = row["id"]
    add_version(store, number, 1, document)
    return number


def _place(store: Store, fetched: Fetched, now: datetime) -> tuple[int, Fate]:
    document = fetched.document
    if known := _find(store, document, fetched.item.key):
        return known["id"], _update(store, known, document)
    if known := _find_alternate(store, document):
        return known["id"], Fate.SAME
    return _new(store, fetched, now), Fate.NEW


def _update(store: Store, known: Row, document: Document) -> Fate:
    foreign = known["source"] != document.source
    says_the_same = (known["title"], known["text"]) == (document.title, document.text)
    if foreign or (says_the_same and not _is_redated(known, document.published)):
        return Fate.SAME
    add_version(store, known["id"], known["n"] + 1, document)
    return Fate.VERSION


def _is_redated(known: Row, published: Dated | None) -> bool:
    """Whether the same place of the page gives another day of publication; "2 hours ago" does so at every look."""
    if published is None or published.origin.endswith(SIGHTING):
        return False
    is_same_place = known["published_origin"] == published.origin
    return bool(is_same_place and known["published_at"] != rows.time(published.at))


def add_version(store: Store, number: int, n: int, document: Document) -> None:
    """The document's verdict was about another text; whether it is relevant is taken to hold until it is judged."""
    row = store.first(
        """
        INSERT INTO versions (document, n, title, text, language, published_at, published_precision, published_raw,
            published_origin, issuer, fetched, media_type, extraction, sha256)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        (number, n, *rows.version_values(document), text_hash(document.text)),
    )
    assert row is not None  # noqa: S101  an INSERT of one row returns one row
    store.write(
        "UPDATE documents SET version = ?, url = ?, gate = ?, ruleset = NULL, verdict = NULL WHERE id = ?",
        (row["id"], document.url, document.gate, number),
    )


def _looked(store: Store, number: int, document: Document, validators: Validators | None) -> None:
    looked_at(store, number, document.fetched)
    etag, last_modified = (validators.etag, validators.last_modified) if validators else (None, None)
    store.write(
        "UPDATE documents SET state = 'live', etag = ?, last_modified = ? WHERE id = ?", (etag, last_modified, number)
    )


def _note_keys(store: Store, number: int, document: Document, listed_as: str) -> None:
    own = {document.key, listed_as}
    other = set(_alternate_keys(document)) - own
    pairs = [(key, "own") for key in sorted(own)] + [(key, "alternate") for key in sorted(other)]
    store.write_many(
        "INSERT INTO document_keys (key, document, kind, host) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(key, number, kind, key.partition("/")[0]) for key, kind in pairs],
    )
    # What was another's word for the page is its own name once the page was read under it.
    store.write_many(
        "UPDATE OR IGNORE document_keys SET kind = 'own' WHERE key = ? AND document = ? AND kind = 'alternate'",
        [(key, number) for key in sorted(own)],
    )


def text_hash(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hex: what `versions.sha256` holds."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
