"""What a story says in all: copies and other reports lend what the leading document lacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prrwatch.document import Dated
from prrwatch.events import Event


class About(StrEnum):
    """What is told of a story as a whole."""

    PUBLISHED = "published"
    ISSUER = "issuer"
    EVENT_START = "event_start"
    EVENT_END = "event_end"
    EVENT_PLACE = "event_place"
    ORGANISERS = "organisers"


@dataclass(frozen=True, slots=True)
class Teller:
    """One document of a story, as far as it may lend facts."""

    document: int
    published: Dated | None
    issuer: str | None
    is_copy: bool  #: it says word for word what another document of the story says
    events: tuple[tuple[str, Event], ...] = ()  #: with the ids of their occasions, the main one first


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a story says, and the document that says it."""

    about: About
    value: str  #: dates in ISO 8601, cut to what is known; organisers as a JSON array
    document: int
    lent: bool  #: the leading document does not say it


def facts(tellers: Sequence[Teller]) -> tuple[Fact, ...]:
    """What the documents of a story say together, the leading one first in `tellers`.

    Any of them lends day and place of the event that the story is about. When and by whom the leading document was
    published only its copies know: a retelling has a date and an issuer of its own.
    """
    if not tellers:
        return ()
    lead, others = tellers[0], tellers[1:]
    copies = [each for each in others if each.is_copy or lead.is_copy]
    main = next((identity for each in tellers for identity, _ in each.events[:1]), None)
    told = [(each.document, event) for each in tellers for identity, event in each.events if identity == main]
    found = [
        _first(About.PUBLISHED, [(each.document, _value(each.published)) for each in (lead, *copies)]),
        _first(About.ISSUER, [(each.document, each.issuer) for each in (lead, *copies)]),
        *(_first(about, [(document, read(event)) for document, event in told]) for about, read in _OF_EVENTS.items()),
    ]
    return tuple(
        Fact(about, value, document, document != lead.document) for about, value, document in filter(None, found)
    )


def _first(about: About, said: Sequence[tuple[int, str | None]]) -> tuple[About, str, int] | None:
    return next(((about, value, document) for document, value in said if value), None)


def _value(dated: Dated | None) -> str | None:
    return dated.value if dated else None


_OF_EVENTS: dict[About, Callable[[Event], str | None]] = {
    About.EVENT_START: lambda event: _value(event.start),
    About.EVENT_END: lambda event: _value(event.end),
    About.EVENT_PLACE: lambda event: event.place,
    About.ORGANISERS: lambda event: json.dumps(event.organisers, ensure_ascii=False) if event.organisers else None,
}
