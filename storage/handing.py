"""What is handed on from the store, by the command line and by the web view alike: private names are covered in it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from prrwatch.events import KnownEvent
from prrwatch.outlets.citations import Citation
from prrwatch.people import cover, handed, handed_event
from prrwatch.person import Names
from prrwatch.story import Story
from storage import export, labels, people, stories
from storage.store import Store

_Record = TypeVar("_Record")
#: What there is as rows.
TABLES: Final[dict[str, Callable[[Store], Iterator[Any]]]] = {
    "documents": export.documents,
    "relevant": export.relevant,
    "stories": export.stories,
    "figures": export.figures,
    "events": export.events,
    "citations": export.citations,
    "alerts": export.alerts,
    "labels": labels.labelled_texts,
}
#: The fields of their records that hold words of the web or of people, and addresses of pages.
_WORDS: Final = frozenset(
    {"claimant", "issuer", "name", "note", "organisers", "quote", "sentence", "snippet", "subject", "text", "title"}
    | {"announced_url", "primary_url", "reported_url", "url"}
)


def hidden_in(store: Store, told_in: Iterable[str], names: Names) -> frozenset[str]:
    """The words of private names in these stories; none where the site shows names on purpose.

    Each story by itself: what an official source published in one does not open the name in another.
    """
    if names is Names.SHOWN:
        return frozenset()
    return frozenset(word for story in told_in for word in people.hidden_in(store, story))


def records(store: Store, what: str, names: Names) -> Generator[Any]:
    """The records of one of `TABLES`, each covered by the story or stories that it tells of.

    Labelled texts keep their length when covered, and the rules need no names.
    """
    yield from covered(store, TABLES[what](store), names)


def story_citations(store: Store, story: str, names: Names) -> Iterator[Citation]:
    """The citations of one story."""
    return covered(store, export.citations(store, story), names)


def covered(store: Store, found: Iterable[_Record], names: Names) -> Iterator[_Record]:
    """Frozen records, each covered by the `story` or `stories` that it names."""
    cover_one = _covering(store, names)
    return map(cover_one, found)


def calendar(store: Store, names: Names) -> Iterator[KnownEvent]:
    """Every event, for calendars."""
    for each in export.calendar(store):
        yield handed_event(each, hidden_in(store, each.stories, names))


def latest_stories(store: Store, limit: int, names: Names) -> Iterator[Story]:
    """The latest stories, the newest first, for feeds."""
    for identity in stories.latest(store, limit):
        if story := stories.story(store, identity):
            yield handed(story, hidden_in(store, [identity], names))


def _covering(store: Store, names: Names) -> Callable[[Any], Any]:
    @lru_cache(maxsize=1000)
    def hidden(told_in: tuple[str, ...]) -> frozenset[str]:
        return hidden_in(store, told_in, names)

    def cover_one(record: Any) -> Any:
        told_in = getattr(record, "stories", ()) or tuple(filter(None, [getattr(record, "story", None)]))
        private = hidden(told_in)
        if not private:
            return record
        words = {each.name: getattr(record, each.name) for each in fields(record) if each.name in _WORDS}
        return replace(record, **{name: _covered(value, private) for name, value in words.items()})

    return cover_one


def _covered(value: Any, private: frozenset[str]) -> Any:
    match value:
        case str():
            return cover(value, private)
        case tuple():
            return tuple(cover(each, private) for each in value)
        case _:
            return value
