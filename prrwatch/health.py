"""The state of a source, told from its passes. Pure: the history and `now` are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prrwatch.crawl import Reason


class State(StrEnum):
    """The state of a source or of one of its ways."""

    NEW = "new"  #: never read
    OK = "ok"
    QUIET = "quiet"  #: read well, but silent for longer than its own rhythm explains
    BROKEN = "broken"
    BLOCKED = "blocked"  #: we may not ask: robots.txt or the address guard forbids it
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class WayHealth:
    """One way of a source as it was last tried."""

    way: str
    url: str
    state: State
    reason: Reason | None = None
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What `prrwatch status` says of one source."""

    id: str
    state: State
    reason: Reason | None
    detail: str
    since: datetime | None  #: when this state began
    last_read: datetime | None  #: last pass in which discovery and articles could be read
    last_new: datetime | None  #: last time it listed something new
    failures: int  #: passes in a row that failed
    ways: tuple[WayHealth, ...]


@dataclass(frozen=True, slots=True)
class PassHistory:
    """What planning needs to know of a source's past."""

    source: str
    last_started: datetime | None = None
    last_ended: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None  #: a host of it asked for patience until then
