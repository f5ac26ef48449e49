"""What people said of documents: relevant or not, and how the rules fare by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prrwatch.feedback import Remark, Word
from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Precision:
    """How often one rule, term or source was right among the flagged documents that have a label."""

    name: str
    labelled: int
    right: int


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A labelled document as a case for `prrwatch eval`."""

    document: int
    url: str
    language: str | None
    title: str | None
    text: str
    relevant: bool
    phases: tuple[str, ...]
    note: str
    story: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said of one document."""

    relevant: bool
    note: str
    by: str


def find(store: Store, name: str) -> int | None:
    """The document of this number, URL or canonical key; None when there is none."""
    row = store.first(
        """
        SELECT id FROM documents WHERE id = CAST(:name AS INTEGER) AND CAST(id AS TEXT) = :name
        UNION ALL SELECT id FROM documents WHERE url = :name
        UNION ALL SELECT document FROM document_keys WHERE key = :name AND kind = 'own' LIMIT 1
        """,
        {"name": name},
    )
    return row["id"] if row else None


def label(store: Store, document: int, said: Label, now: datetime) -> None:
    """Note what a person said of the document's current version."""
    with store.transaction():
        store.write(
            """
            INSERT INTO labels (document, version, relevant, note, by, at)
            SELECT id, version, ?, ?, ?, ? FROM documents WHERE id = ?
            """,
            (said.relevant, said.note, said.by, rows.time(now), document),
        )


def remark(store: Store, said: Remark, now: datetime) -> bool:
    """Note what an analyst said of a story by its document; False when that document is not of the story any more.

    Relevant or not is a label like any other.
    """
    with store.transaction():
        row = store.first(
            """
            SELECT documents.version FROM memberships JOIN documents ON documents.id = memberships.document
            WHERE memberships.document = ? AND memberships.story = ? AND documents.version IS NOT NULL
            """,
            (said.document, said.story),
        )
        if row is None:
            return False
        known = (said.document, row["version"])
        told = (said.note, said.by, rows.time(now))
        if said.word in {Word.RELEVANT, Word.NOT_RELEVANT}:
            store.write(
                "INSERT INTO labels (document, version, relevant, note, by, at) VALUES (?, ?, ?, ?, ?, ?)",
                (*known, said.word is Word.RELEVANT, *told),
            )
        else:
            store.write(
                "INSERT INTO remarks (document, version, story, what, note, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*known, said.story, said.word.value, *told),
            )
    return True


def by_rule(store: Store) -> tuple[Precision, ...]:
    """The precision of each rule, the most labelled first."""
    found = store.query("SELECT rule AS name, labelled, right FROM precision_by_rule ORDER BY labelled DESC, name")
    return tuple(Precision(**row) for row in found)


def by_term(store: Store) -> tuple[Precision, ...]:
    """The precision of each matched wording, the most labelled first."""
    found = store.query("SELECT term AS name, labelled, right FROM precision_by_term ORDER BY labelled DESC, name")
    return tuple(Precision(**row) for row in found)


def by_source(store: Store) -> tuple[Precision, ...]:
    """The precision in each source, the most labelled first."""
    found = store.query("SELECT source AS name, labelled, right FROM precision_by_source ORDER BY labelled DESC, name")
    return tuple(Precision(**row) for row in found)


def labelled_texts(store: Store) -> Iterator[LabelledText]:
    """Every labelled document as it was when labelled. Phases are those of its verdict, for a person to mend."""
    found = store.stream(
        """
        SELECT labels_now.document, labels_now.url, versions.language, versions.title, versions.text,
            labels_now.relevant, verdicts.phases, labels_now.note, memberships.story
        FROM labels_now
        JOIN versions ON versions.id = labels_now.version
        LEFT JOIN memberships ON memberships.document = labels_now.document
        LEFT JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE version = labels_now.version)
        ORDER BY labels_now.document
        """
    )
    for row in found:
        phases = rows.strings(row["phases"]) if row["relevant"] else ()
        yield LabelledText(
            row["document"],
            row["url"],
            row["language"],
            row["title"],
            row["text"],
            bool(row["relevant"]),
            tuple(phases),
            row["note"],
            row["story"],
        )
