"""Persons whom a document names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prrwatch.verdict import Field


class Standing(StrEnum):
    """As whom a document names a person."""

    OFFICIAL = "official"  #: in office, or speaking by profession
    PRIVATE = "private"  #: a returnee, a relative, a defendant; also whoever is named without a role
    MINOR = "minor"  #: a child


class Names(StrEnum):
    """What becomes of private persons' names in alerts, digests, feeds and exports."""

    COVERED = "covered"  #: every letter is shown as █, unless an official source published the name
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: `field[start:end]`, in Unicode code points."""

    start: int
    end: int
    field: Field


@dataclass(frozen=True, slots=True)
class Person:
    """One person of one document."""

    name: str  #: the longest form in which the document names them
    key: tuple[str, ...]  #: its words in Latin letters, one spelling for all scripts, sorted
    standing: Standing
    mentions: tuple[Mention, ...]
