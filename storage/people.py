"""Who is named: the marks of persons in versions, and the names of a story that are not to be shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Row

from prrwatch.people import hidden
from prrwatch.person import Mention, Person, Standing
from prrwatch.source import Kind
from prrwatch.verdict import Field
from storage.store import Store


def file(store: Store, version: int, found: Iterable[Person]) -> None:
    """Keep the persons of one version in place of what was read in it before, inside the open transaction."""
    store.write("DELETE FROM people WHERE version = ?", (version,))
    store.write_many(
        "INSERT INTO people (version, n, name, key, standing, mentions) VALUES (?, ?, ?, ?, ?, ?)",
        [(version, n, each.name, _key(each), each.standing.value, _mentions(each)) for n, each in enumerate(found)],
    )


def of_version(store: Store, version: int) -> tuple[Person, ...]:
    """The persons whom a version names, in the order of the text."""
    return tuple(_person(row) for row in store.query("SELECT * FROM people WHERE version = ? ORDER BY n", (version,)))


def hidden_in(store: Store, story: str) -> frozenset[str]:
    """The words of names that are to be covered in what is said of a story, by all versions of its documents."""
    found = store.query(
        """
        SELECT people.*, sources.kind FROM memberships
        JOIN documents ON documents.id = memberships.document
        JOIN sources ON sources.id = documents.source
        JOIN versions ON versions.document = documents.id
        JOIN people ON people.version = versions.id
        WHERE memberships.story = (SELECT coalesce(merged_into, id) FROM stories WHERE id = ?)
        """,
        (story,),
    )
    return hidden((Kind(row["kind"]), (_person(row),)) for row in found)


def _person(row: Row) -> Person:
    return Person(
        name=row["name"],
        key=tuple(json.loads(row["key"])),
        standing=Standing(row["standing"]),
        mentions=tuple(Mention(start, end, Field(field)) for field, start, end in json.loads(row["mentions"])),
    )


def _key(person: Person) -> str:
    return json.dumps(person.key, ensure_ascii=False)


def _mentions(person: Person) -> str:
    return json.dumps([[each.field.value, each.start, each.end] for each in person.mentions])
