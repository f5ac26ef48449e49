"""A figure: what a document claims about how many people came back, were tried, or still wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prrwatch.document import Dated


class Quantifier(StrEnum):
    """How the number is meant."""

    EXACT = "exact"
    MORE_THAN = "more than"
    ABOUT = "about"
    UP_TO = "up to"
    AT_LEAST = "at least"


class Who(StrEnum):
    """Who is counted. `total` counts persons of any kind, also "women and children" together."""

    WOMEN = "women"
    CHILDREN = "children"
    MEN = "men"
    FAMILIES = "families"
    FIGHTERS = "fighters"
    CITIZENS = "citizens"
    TOTAL = "total"


class Action(StrEnum):
    """What happened to them. `repatriated` were brought by a state, `returned` came; `remaining` are still there."""

    REPATRIATED = "repatriated"
    RETURNED = "returned"
    PROSECUTED = "prosecuted"
    CONVICTED = "convicted"
    REHABILITATED = "rehabilitated"
    REMAINING = "remaining"


class Measure(StrEnum):
    """A stock is a sum up to a day; a flow is one event or span."""

    STOCK = "stock"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Figure:
    """One claim. `text[start:end] == quote`, in code points of the document's text."""

    number: int
    quantifier: Quantifier
    who: Who
    country: str | None  #: ISO 3166-1 alpha-2 of the people's state; None: unsaid, or several together
    action: Action
    measure: Measure
    as_of: Dated | None  #: the day the claim speaks of, as the text says it
    quote: str
    start: int
    end: int
    sentence: str
