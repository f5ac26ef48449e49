"""Which names are covered before anything leaves the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from prrwatch.people import cover
from prrwatch.person import Names
from storage import people
from storage.store import Store

#: The columns of exports that hold words of the web.
_WORDS = frozenset({"title", "sentence", "quote", "name", "issuer", "claimant", "subject"})


def hidden_in(store: Store, stories: Iterable[str], names: Names) -> frozenset[str]:
    """The words of private names in these stories; none where the site shows names on purpose.

    Each story by itself: what an official source published in one does not open the name in another.
    """
    if names is Names.SHOWN:
        return frozenset()
    return frozenset(word for story in stories for word in people.hidden_in(store, story))


def covering(store: Store, names: Names) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What covers the names in one row of an export after another, by the story or stories that the row tells of."""

    @lru_cache(maxsize=1000)
    def hidden(stories: tuple[str, ...]) -> frozenset[str]:
        return hidden_in(store, stories, names)

    def covered(row: dict[str, Any]) -> dict[str, Any]:
        private = hidden(tuple(row.get("stories") or filter(None, [row.get("story")])))
        return {key: cover(value, private) if key in _WORDS and value else value for key, value in row.items()}

    return covered
