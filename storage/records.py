"""The records that only storage gives and scheduler takes; those that cross further are in `prrwatch/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from prrwatch.alert import Alert, AlertKind, Recipient
from prrwatch.crawl import Reason
from prrwatch.document import Document
from prrwatch.health import State
from prrwatch.mutes import Mute
from prrwatch.statements import NOTHING, Statements
from prrwatch.stories import Fingerprint, Sketch
from prrwatch.verdict import Evidence, Verdict


@dataclass(frozen=True, slots=True)
class Filed:
    """What one batch of crawl records did to the store."""

    listed: int = 0  #: items listed that the source had never listed before
    documents: tuple[int, ...] = ()  #: ids of documents that are new
    versions: tuple[int, ...] = ()  #: ids of documents that have a new version
    unreadable: int = 0  #: attempts that failed
    gone: tuple[int, ...] = ()  #: ids of documents that were withdrawn
    ended: tuple[str, ...] = ()  #: sources whose pass ended


@dataclass(frozen=True, slots=True)
class Previous:
    """The version before, as the new one is held against it."""

    title: str | None
    text: str
    evidence: tuple[Evidence, ...]  #: of its last verdict


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A document of a story whose page was taken off the web, and when we found that."""

    document: int
    story: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A filed document that the current rules have not judged yet."""

    id: int
    version: int  #: id of its current version
    n: int  #: 1 for the first version
    document: Document
    previous: Previous | None  #: the version before, of an earlier fetch
    baseline: bool  #: it was there when its source was read for the first time
    judged_before: bool  #: this version has a verdict of another ruleset
    story: str | None  #: the story it is a member of already
    unread_for: timedelta | None = None  #: how long its source had not been read when it was first seen; None = never


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What is not told because of a mute: the alert that would have been, with the stories that were kept out of it."""

    alert: Alert
    mute: int


@dataclass(frozen=True, slots=True)
class LoggedMute:
    """A mute, when it was lifted by hand, and how many stories it kept out of messages."""

    mute: Mute
    lifted: datetime | None
    stories: int


@dataclass(frozen=True, slots=True)
class Decision:
    """All that follows from judging one version; stored whole or not at all."""

    document: int
    version: int
    verdict: Verdict
    story: str | None = None  #: opened when it does not exist yet
    why: str = ""
    sketch: Sketch | None = None
    fingerprint: Fingerprint | None = None
    words: frozenset[str] = frozenset()  #: what is counted of it, so that the store learns which words are rare
    statements: Statements = NOTHING  #: what it states in figures and events
    alerts: tuple[tuple[Alert, tuple[Recipient, ...]], ...] = ()
    kept_back: tuple[KeptBack, ...] = ()  #: alerts that mutes keep from being told
    baseline: bool = False  #: only changed rules found it: told in a summary, as what was there before we watched


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscription as the store knows it."""

    name: str
    wants: str  #: what it wants to hear, as JSON
    since: datetime  #: since when it wants that


class DeliveryState(StrEnum):
    """Where a message to one recipient stands."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the delivery log."""

    message: str  #: the alert's token
    kind: AlertKind
    subscription: str
    channel: str
    recipient: str  #: masked
    stories: tuple[str, ...]
    subject: str
    state: DeliveryState
    attempts: int
    next_try: datetime
    outcome: str | None
    answer: str
    created: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The outbox in three numbers; leased rows count as waiting."""

    waiting: int
    sent: int
    dead: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the operators were last told of a source."""

    source: str
    state: State
    reason: Reason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that no pass could read in a span of time, and since when."""

    source: str
    since: datetime | None  #: None = never read


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a digest may say about what was not read."""

    read: tuple[str, ...]
    unread: tuple[Unread, ...]
    seen: int  #: items listed for the first time
    matched: int  #: documents among those first seen then that are relevant
    near: int  #: documents among them just below the line
    quiet: tuple[str, ...] = ()  #: enabled sources that are quiet


@dataclass(frozen=True, slots=True)
class Missed:
    """Articles that only the compared way of a source listed."""

    source: str
    url: str  #: of that way
    articles: int


@dataclass(frozen=True, slots=True)
class Plan:
    """When a source is looked at next, and how long that is after the last look began."""

    at: datetime | None  #: None = at once
    interval: timedelta | None


@dataclass(frozen=True, slots=True)
class KnownGap:
    """Between two looks at a way more may have been published than it lists at a time."""

    source: str
    url: str
    since: datetime
    until: datetime
    reaches_back_to: datetime | None  #: the oldest date that the later look listed
    found: int  #: articles that other ways showed of it
    filled: datetime | None  #: when a way was read that reaches back behind it


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over one source."""

    job: str
    source: str
    started: datetime
    ended: datetime | None
    requests: int
    bytes: int
    fetched: int
    cut_short: str
    ok: bool | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that a search found."""

    document: int
    url: str
    source: str
    title: str | None
    published: str | None
    first_seen: datetime
    relevant: bool | None
    story: str | None
    snippet: str  #: words around the match; the matches stand between U+27E6 and U+27E7
