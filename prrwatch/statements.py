"""What a document states in figures and events, and whom it names, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import resources

from prrwatch.document import Document
from prrwatch.events import Event, events
from prrwatch.figures import Figure, claimant, figures, is_office
from prrwatch.people import people
from prrwatch.person import Person

#: To be raised when the code reads otherwise than before: the archive is then read anew.
_EDITION = "3"
_FOLDERS = ("prrwatch.figures", "prrwatch.events", "prrwatch.people")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A figure, and who says so: named in its sentence, else the issuer, where that is no mere author."""

    figure: Figure
    claimant: str | None


@dataclass(frozen=True, slots=True)
class Statements:
    """What one version of a document claims, and the events it is about, each in order of the text."""

    figures: tuple[Claimed, ...] = ()
    events: tuple[Event, ...] = ()
    people: tuple[Person, ...] = ()
    readers: str | None = None  #: by whose words it was read (`readers`); None: nobody read it


#: What a document states that has nothing to say, or that nobody read.
NOTHING = Statements()


def statements(document: Document) -> Statements:
    """Read the figures, events and persons of a document. Pure; takes milliseconds.

    A day without a year stays unknown where the document does not tell when it was published: the year in which we
    happened to read it is no evidence. A copy may lend it (`prrwatch.lending`).
    """
    issuer = document.issuer if document.issuer and is_office(document.issuer) else None
    found = figures(document.text, document.language, document.published, title=document.title)
    return Statements(
        figures=tuple(Claimed(each, claimant(each.sentence, document.language) or issuer) for each in found),
        events=events(document.title, document.text, document.language, document.published),
        people=people(document.title, document.text, document.language),
        readers=readers(),
    )


@cache
def readers() -> str:
    """The fingerprint of the words and expressions that figures and events are read by."""
    digest = blake2b(_EDITION.encode(), digest_size=8)
    for package in _FOLDERS:
        for file in sorted(resources.files(package).joinpath("words").iterdir(), key=lambda each: each.name):
            digest.update(file.read_bytes())
    return digest.hexdigest()
