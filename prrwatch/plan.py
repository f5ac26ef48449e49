"""Which sources are due. First version: a fixed interval with jitter; a failing source is asked less often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from prrwatch.health import PassHistory
from prrwatch.source import Source

#: Share of the interval by which a poll comes earlier or later, so that sources do not march in step.
JITTER = 0.1
#: Failed passes in a row that are simply tried again at the source's own interval.
PATIENCE = 3
#: A source that is down is still asked at least this often.
LONGEST = timedelta(days=1)


def due(sources: Iterable[Source], histories: Mapping[str, PassHistory], now: datetime) -> tuple[Source, ...]:
    """The enabled sources whose time has come, longest overdue first. Never read means due at once."""
    waiting = [(next_pass(source, histories.get(source.id)), source) for source in sources if source.enabled]
    ripe = [(at, source) for at, source in waiting if at is None or at <= now]
    ripe.sort(key=lambda pair: (pair[0] is not None, pair[0] or now, pair[1].tier, pair[1].id))
    return tuple(source for _, source in ripe)


def next_pass(source: Source, history: PassHistory | None) -> datetime | None:
    """When the source is to be read next; None means at once, because it never was."""
    if history is None or history.last_started is None:
        return history.retry_at if history else None
    interval = _interval(source, history.failures)
    at = history.last_started + interval * (1 + JITTER * _jitter(source.id, history.last_started))
    return max(at, history.retry_at) if history.retry_at else at


def _interval(source: Source, failures: int) -> timedelta:
    """Doubles with each failure beyond `PATIENCE`, up to eightfold, but not past `LONGEST`."""
    times: int = 1 << min(max(failures - PATIENCE, 0), 3)
    return max(source.every, min(source.every * times, LONGEST))


def _jitter(source: str, started: datetime) -> float:
    """Between -1 and 1, the same for the same pass: a restart must not draw again."""
    digest = blake2b(f"{source} {started.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 0x7FFFFFFF - 1
