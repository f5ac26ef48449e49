"""What a bundle is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prrwatch.document import Dated
from prrwatch.events import KnownEvent
from prrwatch.outlets.citations import Citation
from prrwatch.person import Names
from prrwatch.source import Kind
from prrwatch.statements import Claimed
from prrwatch.story import Story
from prrwatch.verdict import Verdict


class Originals(StrEnum):
    """Whether the bytes as received go into a bundle."""

    INCLUDED = "included"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer of the web; its bytes are asked for by their hash."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a document with its latest verdict and the figures that it claims."""

    n: int
    title: str | None
    text: str
    language: str | None
    published: Dated | None
    issuer: str | None
    fetched: datetime
    media_type: str
    sha256: str  #: of the text as read, in UTF-8
    verdict: Verdict | None
    judged: datetime | None
    figures: tuple[Claimed, ...]
    originals: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of the story, every version, the first first."""

    document: int
    url: str
    source: str
    source_name: str
    publisher: str
    kind: Kind
    first_seen: datetime
    why: str  #: why it belongs to the story
    joined: datetime
    state: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A story with all that is known of it."""

    story: Story
    sheets: tuple[Sheet, ...]
    events: tuple[KnownEvent, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """When and how a bundle is made."""

    at: datetime
    program: str  #: name and version
    originals: Originals
    names: Names
