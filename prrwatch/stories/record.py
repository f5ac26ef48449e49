"""What is kept of a document so that it can be compared with others without its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from prrwatch.document import Dated
from prrwatch.stories.copies import Sketch

Weights = Mapping[str, float]


class Day(NamedTuple):
    """A day that a text names. `year` None: neither written nor to be known."""

    year: int | None
    month: int
    day: int


class Reason(NamedTuple):
    """One thing that speaks for or against, in nats, and in words."""

    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A document as its story is looked for."""

    title: str | None
    text: str
    language: str | None
    published: Dated | None
    entities: tuple[str, ...] = ()  #: ids of the inventory's bodies, persons, operations that it names


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The event that a document tells, as far as it can be compared: facts in no language, words in its own.

    Weights are the surprise (nats) of finding the fact or word in a document of the archive, when it was taken.
    """

    language: str | None
    published: str | None  #: ISO day, or None where only year or month are known
    main: tuple[Day, ...]  #: the days of the first sentence that names any
    dates: Weights  #: the main days as keys: "!2024-11-27", "!11-27" without a year
    days: tuple[Day, ...]  #: every day that it names
    cities: tuple[str, ...]
    countries: tuple[str, ...]  #: the two named most, those of the theatre of war left out
    series: Mapping[str, tuple[int, ...]]  #: "meeting": (2,), "aikol": (5, 3): what it says of itself first
    numbers: Weights  #: counts, ages and terms: "#27", "y36" (years), "m3" (months)
    names: Weights
    entities: Weights
    title: Weights  #: stems of the title alone, of length 1; empty where there is none
    head: Weights  #: stems of title and lead
    words: Weights  #: stems of the whole text, the most telling ones, of length 1
    motifs: Weights = field(default_factory=dict)  #: "=trial", "=flight": what it is about, of length 1
    #: What stands in title and lead: cities ("+osh"), `numbers`, `series` ("aikol:5"), months without a day ("/6").
    lead: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A filed document that shares something with the newcomer, and the story it belongs to."""

    story: str
    url: str
    sketch: Sketch
    fingerprint: Fingerprint | None = field(default=None)


class Assignment(NamedTuple):
    """The story a document belongs to, whether it opens it, and why."""

    story: str
    opens: bool
    why: str
    others: tuple[str, ...] = ()  #: further stories that it tells too, the likest first: perhaps all are one
