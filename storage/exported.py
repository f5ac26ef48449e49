"""The rows of exports, as `prrwatch export` writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as exported."""

    id: int
    source: str
    url: str
    title: str | None
    published: str | None  #: ISO 8601, cut to what is known
    relevant: bool | None  #: None = not judged yet
    score: float | None
    story: str | None
    versions: int
    state: str
    language: str | None
    issuer: str | None
    phases: tuple[str, ...]
    countries: tuple[str, ...]
    first_seen: str
    fetched: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story as exported."""

    story: str
    title: str | None
    primary_url: str
    documents: int
    opened: str
    score: float | None
    phases: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One message to one recipient as exported."""

    message: str
    kind: str
    story: str | None  #: the one that leads
    subscription: str
    channel: str
    state: str
    attempts: int
    accepted_at: str | None
    recipient: str
    stories: tuple[str, ...]
    created: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A claim as exported: the columns of the view `figures_ledger`."""

    claim: str
    number: int
    quantifier: str
    who: str
    action: str
    country: str | None
    flow_or_stock: str
    as_of: str | None
    claimant: str | None
    first_told: str
    restated_by: tuple[str, ...]
    restates: tuple[str, ...]
    conflicts: int
    stands: bool
    story: str
    documents: int
    url: str
    source: str
    sentence: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as exported: the columns of the view `events`."""

    event: str
    name: str
    kind: str
    status: str
    start: str | None
    end: str | None
    first_start: str | None
    place: str | None
    organisers: tuple[str, ...]
    announced_url: str | None
    reported_url: str | None
    stories: tuple[str, ...]
    documents: int
    sequence: int
    opened: str
    changed: str
