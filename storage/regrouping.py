"""Two stories that turn out to be one, a document that turns out to belong elsewhere: done, and kept in the history.

Nobody is told again: `storage.stories.told` follows the documents and the ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import count

from prrwatch.errors import StoreError
from prrwatch.stories import story_id
from storage import events, rows, statements
from storage.store import Store


class By(StrEnum):
    """Who decided it. What a person decided, later evidence does not undo."""

    EVIDENCE = "evidence"
    PERSON = "person"


def merge(store: Store, one: str, other: str, why: str, now: datetime, by: By = By.PERSON) -> str:
    """Make two stories one, in one transaction; returns the surviving one, which is the older.

    The other id resolves to it for ever. Doing it twice is doing it once. A first message about the younger story that
    nobody began to send is dropped where its reader is told of the older one anyway. Raises `StoreError` for a story
    that does not exist.
    """
    with store.transaction():
        return _merge(store, one, other, why, now, by)


def move(store: Store, document: int, story: str | None, why: str, now: datetime, by: By = By.PERSON) -> str:
    """Put a document into another story, or None into one of its own, in one transaction; returns where it is then.

    The last document of a story takes it along: the two are merged. Raises `StoreError` for a document that belongs to
    no story, or a story that does not exist.
    """
    with store.transaction():
        before, alone = _place(store, document)
        target = _known(store, story) if story is not None else before if alone else _open(store, document, now)
        if target == before:
            return before
        if alone:
            return _merge(store, before, target, why, now, by)
        _relocate(store, [document], target, why, now, by)
        store.write("UPDATE memberships SET why = ? WHERE document = ?", (why, document))
        for each in (before, target):
            _renew(store, each)
        return target


def split(store: Store, story: str, documents: Iterable[int], why: str, now: datetime) -> str:
    """Take documents out of a story into one new story of their own, in one transaction; returns the new one.

    A person decides this; later evidence does not put them back. Nobody who was told of them is told again. Raises
    `StoreError` for a story that does not exist, a document that is not in it, or when none would stay.
    """
    with store.transaction():
        known = _known(store, story)
        there = {row["document"] for row in store.query("SELECT document FROM memberships WHERE story = ?", (known,))}
        leaving = sorted(set(documents))
        if stranger := next((each for each in leaving if each not in there), None):
            raise StoreError(f"{store.path}: document {stranger} does not belong to story {known}")
        if not leaving or len(leaving) == len(there):
            raise StoreError(f"{store.path}: some documents of story {known} must go, and some must stay")
        fresh = _open(store, leaving[0], now)
        _relocate(store, leaving, fresh, why, now, By.PERSON)
        store.write(
            "UPDATE memberships SET why = ? WHERE document IN (SELECT value FROM json_each(?)) AND document <> ?",
            (why, rows.numbers(leaving), leaving[0]),
        )
        store.write("UPDATE memberships SET why = 'first' WHERE document = ?", (leaving[0],))
        for each in (known, fresh):
            _renew(store, each)
        return fresh


def surviving(store: Store, story: str) -> str | None:
    """The story that an id means today: the one it was merged into, else itself; None when there never was such one."""
    row = store.first("SELECT coalesce(merged_into, id) AS id FROM stories WHERE id = ?", (story,))
    return row["id"] if row else None


def kept_apart(store: Store, one: str, other: str) -> bool:
    """Whether a person has taken a document of one of the stories out of the other."""
    return bool(
        store.number(
            """
            SELECT EXISTS (
                SELECT 1 FROM past_memberships AS past
                JOIN stories AS was ON was.id = past.story
                JOIN stories AS became ON became.id = past.moved_to
                WHERE moved_by = 'person' AND coalesce(was.merged_into, was.id) IN (:one, :other)
                    AND coalesce(became.merged_into, became.id) IN (:one, :other)
                    AND coalesce(was.merged_into, was.id) <> coalesce(became.merged_into, became.id))
            """,
            {"one": one, "other": other},
        )
    )


def was_placed(store: Store, document: int) -> bool:
    """Whether a person has chosen the story of a document."""
    return bool(
        store.number(
            "SELECT EXISTS (SELECT 1 FROM past_memberships WHERE document = ? AND moved_by = 'person')", (document,)
        )
    )


def _merge(store: Store, one: str, other: str, why: str, now: datetime, by: By) -> str:
    kept, gone = _eldest_first(store, one, other)
    if kept == gone:
        return kept
    documents = [row["document"] for row in store.query("SELECT document FROM memberships WHERE story = ?", (gone,))]
    _relocate(store, documents, kept, why, now, by)
    # What opened a story does not open the one that it is in now.
    store.write(
        "UPDATE memberships SET why = ? WHERE why = 'first' AND document IN (SELECT value FROM json_each(?))",
        (why, rows.numbers(documents)),
    )
    store.write(
        "INSERT INTO story_merges (gone, survivor, by, why, at) VALUES (?, ?, ?, ?, ?)",
        (gone, kept, by, why, rows.time(now)),
    )
    store.write("UPDATE stories SET merged_into = ? WHERE ? IN (id, merged_into)", (kept, gone))
    store.write(
        """
        UPDATE stories SET summarised_at = coalesce(summarised_at, (SELECT summarised_at FROM stories WHERE id = ?))
        WHERE id = ?
        """,
        (gone, kept),
    )
    _drop_unsent(store, kept, gone)
    events.join(store, kept, now)
    for each in (kept, gone):
        _renew(store, each)
    return kept


def _eldest_first(store: Store, one: str, other: str) -> tuple[str, str]:
    known = {_known(store, one), _known(store, other)}
    found = store.query(
        "SELECT id FROM stories WHERE id IN (SELECT value FROM json_each(?)) ORDER BY opened, id", (rows.listed(known),)
    )
    return found[0]["id"], found[-1]["id"]


def _known(store: Store, story: str) -> str:
    found = surviving(store, story)
    if found is None:
        raise StoreError(f"{store.path}: there is no story {story}")
    return found


def _place(store: Store, document: int) -> tuple[str, bool]:
    """The story of a document, and whether nothing else tells it."""
    row = store.first(
        """
        SELECT story, (SELECT count(*) FROM memberships AS each WHERE each.story = memberships.story) = 1 AS alone
        FROM memberships WHERE document = ?
        """,
        (document,),
    )
    if row is None:
        raise StoreError(f"{store.path}: document {document} belongs to no story")
    return row["story"], bool(row["alone"])


def _open(store: Store, document: int, now: datetime) -> str:
    key = store.query("SELECT key FROM documents WHERE id = ?", (document,))[0]["key"]
    fresh = next(each for each in _names(key) if surviving(store, each) is None)
    store.write("INSERT INTO stories (id, opened) VALUES (?, ?)", (fresh, rows.time(now)))
    return fresh


def _names(key: str) -> Iterator[str]:
    """Tokens for stories that a document opens: a first one, and others when it was taken out of that one."""
    yield story_id(key)
    yield from (story_id(f"{key} apart {n}") for n in count(1))


def _relocate(store: Store, documents: list[int], story: str, why: str, now: datetime, by: By) -> None:
    """Move documents, and note where they were; since when, is since they last moved or joined."""
    values = {"documents": rows.numbers(documents), "story": story, "why": why, "now": rows.time(now), "by": by}
    store.write(
        """
        INSERT INTO past_memberships (document, story, why, since, until, moved_to, moved_by, moved_why)
        SELECT document, story, why,
            coalesce(
                (SELECT max(until) FROM past_memberships AS past WHERE past.document = memberships.document), joined),
            :now, :story, :by, :why
        FROM memberships WHERE document IN (SELECT value FROM json_each(:documents)) ORDER BY document
        """,
        values,
    )
    store.write(
        "UPDATE memberships SET story = :story WHERE document IN (SELECT value FROM json_each(:documents))", values
    )


def _drop_unsent(store: Store, kept: str, gone: str) -> None:
    store.write(
        """
        DELETE FROM alerts
        WHERE kind = 'new' AND token IN (SELECT alert FROM alert_stories WHERE story = :gone)
            AND subscription IN (
                SELECT subscription FROM alert_stories JOIN alerts AS told ON told.token = alert WHERE story = :kept)
            AND NOT EXISTS (
                SELECT 1 FROM deliveries WHERE deliveries.alert = token AND (state <> 'waiting' OR attempts > 0))
        """,
        {"kept": kept, "gone": gone},
    )


def _renew(store: Store, story: str) -> None:
    """What follows for a story that gained or lost documents: one of them opens it, and what it says in all."""
    store.write(
        """
        UPDATE memberships SET why = 'first'
        WHERE document = (SELECT document FROM memberships WHERE story = :story ORDER BY joined, document LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM memberships AS each WHERE each.story = :story AND each.why = 'first')
        """,
        {"story": story},
    )
    statements.refresh(store, story)
