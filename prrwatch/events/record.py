"""An event that a document is about: what, when, where, by whom, and whether it is to come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prrwatch.document import Dated
from prrwatch.verdict import Field


class Kind(StrEnum):
    """What sort of event."""

    MEETING = "meeting"
    TRAINING = "training"
    HEARING = "hearing"  #: before a court
    FLIGHT = "flight"  #: a repatriation flight or operation


class Status(StrEnum):
    """How the document says it stands. `moved` has its new day in `start`."""

    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `field[quote_start:quote_end] == quote`, in code points."""

    name: str  #: as written: a title in quotes, a name in capitals, else the headline or the words around
    kind: Kind
    start: Dated | None  #: precision day; None: the year is neither written nor to be known
    end: Dated | None  #: the last day, where it is told and another
    place: str | None  #: a city in its English name, or "online"
    organisers: tuple[str, ...]
    status: Status
    quote: str  #: the sentence
    quote_start: int
    quote_end: int
    field: Field = Field.TEXT
