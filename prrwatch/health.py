"""The state of a source, told from its passes. Pure: the history and `now` are arguments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from prrwatch.crawl import JobDone, Reason, WayRead
from prrwatch.source import Source, Way


class State(StrEnum):
    """The state of a source or of one of its ways."""

    NEW = "new"  #: never read
    OK = "ok"
    QUIET = "quiet"  #: read well, but silent for longer than its own rhythm explains
    DOUBTFUL = "doubtful"  #: read well, but what it shows is not to be believed, see `prrwatch.doubts`
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
    good: int = 0  #: passes in a row that left nothing to complain of


@dataclass(frozen=True, slots=True)
class PassHistory:
    """What planning needs to know of a source's past."""

    source: str
    last_started: datetime | None = None
    last_ended: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None  #: a host of it asked for patience until then
    planned: datetime | None = None  #: when it is to be read next, as planned after its last pass

    @property
    def due(self) -> datetime | None:
        """When it is to be read next; None means at once, because it never was."""
        if self.last_started is None or self.planned is None:
            return self.retry_at
        return max(self.planned, self.retry_at) if self.retry_at else self.planned


#: States in which the source could be read.
READ = frozenset({State.OK, State.QUIET, State.DOUBTFUL})

#: Failures of the whole host rather than of one page: they tell more than a feed that has moved.
_HOST_WIDE = (
    Reason.ROBOTS_UNREACHABLE,
    Reason.DNS,
    Reason.TLS,
    Reason.REFUSED,
    Reason.HTTP_403,
    Reason.HTTP_429,
    Reason.HTTP_5XX,
    Reason.TIMEOUT,
    Reason.CHALLENGE,
)


@dataclass(frozen=True, slots=True)
class Pass:
    """One ended pass over a source, as its health is judged by."""

    ways: tuple[WayRead, ...]
    unreadable: tuple[Reason, ...]  #: one for each article that was tried in vain
    fetched: int  #: articles read, revisits among them
    paused: bool  #: a host asked for patience
    done: JobDone
    last_new: datetime | None  #: when the source last listed something new, this pass included
    off: tuple[int, ...] = ()  #: places of its ways that are switched off: guesses that proved wrong
    quiet_from: datetime | None = None  #: from when on its own rhythm does not explain a silence
    doubt: tuple[Reason, str] | None = None  #: why what it shows is not to be believed


def after_pass(before: SourceHealth | None, ended: Pass, source: Source, now: datetime) -> SourceHealth:
    """The health of `source` after a pass.

    A working way makes it ok, unless every article tried failed: then their most common class is the source's. Where
    all ways failed, the first failure that concerns the whole host counts, else the first. A pass that a host cut
    short by Retry-After is `http-429`. One whose articles could not be read stays as it was while it lists none to try.

    A source that works can be doubtful; it is quiet once nothing new came for longer than its own rhythm explains, and
    than `expect.quiet_after` says. That is judged at a pass only: while nobody looked, nobody knows that it was silent.
    """
    if before is not None and _tells_nothing(before, ended):
        return replace(before, last_new=ended.last_new, ways=_way_healths(before, ended, source))
    state, (reason, detail) = _found(ended, source, now)
    worked = state in READ
    return SourceHealth(
        id=source.id,
        state=state,
        reason=reason,
        detail=detail,
        since=before.since if before and before.state == state else now,
        last_read=ended.done.ended if worked else (before.last_read if before else None),
        last_new=ended.last_new,
        failures=0 if worked else (before.failures if before else 0) + 1,
        ways=_way_healths(before, ended, source),
        good=(before.good if before else 0) + 1 if state is State.OK else 0,
    )


def current(known: SourceHealth | None, source: Source) -> SourceHealth:
    """The health of `source` now: as its last pass left it, unless it is disabled or was never read."""
    if known is None:
        ways = tuple(WayHealth(way.kind.value, way.url, State.NEW) for way in source.ways)
        known = SourceHealth(source.id, State.NEW, None, "", None, None, None, 0, ways)
    if not source.enabled:
        return replace(known, state=State.DISABLED, reason=None, detail=source.note, since=None)
    return known


def _tells_nothing(before: SourceHealth, ended: Pass) -> bool:
    """Whether a source whose articles could not be read listed none to try: that is no recovery."""
    failed = before.state in (State.BROKEN, State.BLOCKED) and before.reason is not Reason.HTTP_429
    by_its_articles = failed and all(way.reason is not before.reason for way in before.ways)
    return by_its_articles and not ended.fetched and not ended.unreadable and _failure(ended)[0] is None


def _found(ended: Pass, source: Source, now: datetime) -> tuple[State, tuple[Reason | None, str]]:
    failed = _failure(ended)
    if failed[0] is not None:
        return _state(failed[0]), failed
    if ended.doubt is not None:
        return State.DOUBTFUL, ended.doubt
    quiet = _quiet(ended, source, now)
    return _state(quiet[0]), quiet


def _state(reason: Reason | None) -> State:
    match reason:
        case None:
            return State.OK
        case Reason.QUIET:
            return State.QUIET
        case Reason.ROBOTS_DISALLOW | Reason.FORBIDDEN_ADDRESS:
            return State.BLOCKED
        case _:
            return State.BROKEN


def _failure(ended: Pass) -> tuple[Reason | None, str]:
    if ended.paused and ended.done.cut_short:
        return Reason.HTTP_429, ended.done.cut_short
    failed = [(way.failure, way.detail) for way in ended.ways if way.failure]
    if len(failed) == len(ended.ways):
        return _most_telling(failed, ended.done)
    if ended.unreadable and not ended.fetched:
        worst, times = Counter(ended.unreadable).most_common(1)[0]
        return worst, f"{times} of {len(ended.unreadable)} articles tried, none read"
    return None, ""


def _most_telling(failed: list[tuple[Reason, str]], done: JobDone) -> tuple[Reason, str]:
    if not failed:
        return Reason.TIMEOUT, done.cut_short or "no way was tried"
    return next((each for each in failed if each[0] in _HOST_WIDE), failed[0])


def _quiet(ended: Pass, source: Source, now: datetime) -> tuple[Reason | None, str]:
    """What the source file says is a floor under what is learned; until then it is all that is known."""
    if ended.last_new is None:
        return None, ""
    patience = source.expect.quiet_after
    floor = ended.last_new + patience if patience is not None else None
    expected = max((each for each in (floor, ended.quiet_from) if each is not None), default=None)
    if expected is None or now <= expected:
        return None, ""
    return Reason.QUIET, f"nothing new since {ended.last_new:%Y-%m-%d %H:%M} UTC, expected by {expected:%Y-%m-%d %H:%M}"


def _way_healths(before: SourceHealth | None, ended: Pass, source: Source) -> tuple[WayHealth, ...]:
    """Each way as it was last tried; a way that this pass did not need keeps what was known of it."""
    tried = {read.way: read for read in ended.ways}
    known = {(way.way, way.url): way for way in before.ways} if before else {}
    healths = (
        _way_health(way, tried[place]) if place in tried
        else known.get((way.kind.value, way.url), WayHealth(way.kind.value, way.url, State.NEW))
        for place, way in enumerate(source.ways)
    )  # fmt: skip
    return tuple(_switched_off(way) if place in ended.off else way for place, way in enumerate(healths))


def _switched_off(way: WayHealth) -> WayHealth:
    if way.state is State.DISABLED:
        return way
    return replace(way, state=State.DISABLED, detail=f"switched off, a guess that proved wrong: {way.detail}")


def _way_health(way: Way, read: WayRead) -> WayHealth:
    return WayHealth(way.kind.value, way.url, _state(read.failure), read.failure, read.detail, read.at)
