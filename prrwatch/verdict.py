"""What the rules say of a document, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The phases of PRR, in the order in which people live through them."""

    REPATRIATION = "repatriation"
    PROSECUTION = "prosecution"
    REHABILITATION = "rehabilitation"
    REINTEGRATION = "reintegration"


class Field(StrEnum):
    """Which text an offset points into."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the document that a rule matched: `field[start:end] == quote`, in Unicode code points."""

    rule: str
    quote: str
    start: int
    end: int
    field: Field = Field.TEXT


@dataclass(frozen=True, slots=True)
class Entity:
    """A named body, person, operation or place of the inventory, where it stands."""

    id: str
    quote: str
    start: int
    end: int
    field: Field = Field.TEXT


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one ruleset on one document. `score` >= 1.0 is relevant; 0.0 has nothing of it."""

    relevant: bool
    score: float
    phases: tuple[Phase, ...]
    evidence: tuple[Evidence, ...]
    ruleset: str  #: fingerprint of the ruleset
    countries: tuple[str, ...] = ()  #: ISO 3166-1 alpha-2: where the people come from or come back to
    entities: tuple[Entity, ...] = ()
