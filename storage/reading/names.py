"""Which names are not to be shown on a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from sqlite3 import Row

from prrwatch.people import hidden
from prrwatch.person import Person, Standing
from prrwatch.source import Kind
from storage import rows
from storage.store import Store


def hidden_in(store: Store, stories: Iterable[str]) -> frozenset[str]:
    """The words of private names in these stories.

    Each story by itself, as in messages (`prrwatch.people`): what an official source published in one story does not
    open the name in another.
    """
    found = store.query(
        """
        SELECT memberships.story, people.name, people.key, people.standing, sources.kind
        FROM json_each(?) AS picked
        JOIN stories ON stories.id = picked.value
        JOIN memberships ON memberships.story = coalesce(stories.merged_into, stories.id)
        JOIN documents ON documents.id = memberships.document
        JOIN sources ON sources.id = documents.source
        JOIN versions ON versions.document = documents.id
        JOIN people ON people.version = versions.id
        ORDER BY memberships.story
        """,
        (rows.listed(sorted(set(stories))),),
    )
    by_story = groupby(found, key=lambda row: row["story"])
    return frozenset(word for _, named in by_story for word in hidden(_named(row) for row in named))


def stories_of(store: Store, documents: Iterable[int]) -> tuple[str, ...]:
    """The stories that these documents belong to."""
    found = store.query(
        "SELECT DISTINCT story FROM json_each(?) AS picked JOIN memberships ON memberships.document = picked.value",
        (rows.numbers(documents),),
    )
    return tuple(row["story"] for row in found)


def _named(row: Row) -> tuple[Kind, tuple[Person, ...]]:
    person = Person(row["name"], tuple(json.loads(row["key"])), Standing(row["standing"]), ())
    return Kind(row["kind"]), (person,)
