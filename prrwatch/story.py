"""A story: one event, with every document that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prrwatch.document import Dated
from prrwatch.figures import Claim
from prrwatch.lending import Fact
from prrwatch.source import Kind
from prrwatch.verdict import Entity, Evidence, Phase


class Change(StrEnum):
    """What a filed document did to its story."""

    NEW = "new"  #: it opened a story
    JOINED = "joined"  #: it joined one: a copy or another report
    UPDATED = "updated"  #: a new version of a document with a material difference
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Member:
    """One document of a story, as messages and exports need it."""

    document: int  #: its id in the store
    url: str
    source: str
    source_name: str
    kind: Kind
    title: str | None
    language: str | None
    published: Dated | None
    issuer: str | None
    fetched: datetime
    text: str
    evidence: tuple[Evidence, ...]
    entities: tuple[Entity, ...]
    why: str  #: why it belongs to this story: "first", "copy of URL (containment 0.97)"
    state: str = "live"  #: live or gone


@dataclass(frozen=True, slots=True)
class Story:
    """One event with its documents, the primary one first."""

    id: str  #: token, stable for ever
    opened: datetime
    members: tuple[Member, ...]
    phases: tuple[Phase, ...]
    countries: tuple[str, ...]
    score: float
    facts: tuple[Fact, ...] = ()  #: what its documents say together of its publication and its event
    claims: tuple[Claim, ...] = ()  #: what they claim in figures, each once, the first told first
    disputed: frozenset[str] = frozenset()  #: ids of claims that another claim, here or elsewhere, contradicts

    @property
    def lead(self) -> Member:
        """The primary document: the official issuer's, then the earliest."""
        return self.members[0]
