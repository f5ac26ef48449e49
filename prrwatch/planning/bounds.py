"""How often a source may be looked at, whatever it publishes: the operator's wish, its tier, its host's hints."""

from __future__ import annotations

from datetime import datetime, timedelta

from prrwatch.planning.chain import Limits
from prrwatch.source import Source

_HOUR = timedelta(hours=1)
#: An `every` below this is a clock and not a wish: it is kept as it stands, and costs nothing of the budget.
CLOCKED = timedelta(minutes=5)
#: A source is never looked at more often than this, by tier, nor more than `_CLOSER` times as often as wished.
_SHORTEST = {1: timedelta(minutes=5), 2: timedelta(minutes=10), 3: timedelta(minutes=15)}
_CLOSER = 48
#: Even one that never gave a relevant item is looked at so often, by tier, unless the operator wished for less.
_LONGEST = {1: timedelta(hours=24), 2: timedelta(hours=36), 3: timedelta(hours=48)}
_WIDER = 16
#: A cache lifetime beyond this is a mistake of the server, not a hint.
_LONGEST_HINT = timedelta(hours=6)
#: Failed passes in a row that are simply tried again at the usual interval.
PATIENCE = 3
#: A source that is down is still asked at least this often.
LONGEST_BACKOFF = timedelta(days=1)


def limits(source: Source, hint: timedelta | None = None) -> Limits:
    """The shortest and longest interval of `source`.

    `every` is a wish and not a clock: it is the source's share of the budget and a hint of its relevance (see
    `prior`), and bounds the interval: at least every / 48, at most every * 16, within what the tier allows; but an
    operator who wishes for less than the tier's floor gets what he wishes. `hint` is how long the server says its
    answer stays fresh (`Cache-Control: max-age`, RSS `ttl`): asking sooner shows the same answer.
    """
    if source.every < CLOCKED:
        return Limits(source.every / _HOUR, source.every / _HOUR)
    longest = max(min(_LONGEST.get(source.tier, _LONGEST[3]), source.every * _WIDER), source.every)
    shortest = max(_SHORTEST.get(source.tier, _SHORTEST[3]), source.every / _CLOSER)
    if hint is not None:
        shortest = max(shortest, min(hint, _LONGEST_HINT))
    return Limits(min(shortest, longest) / _HOUR, longest / _HOUR)


def backed_off(interval: timedelta, failures: int) -> timedelta:
    """Doubles with each failure beyond `PATIENCE`, up to eightfold, but not past a day (or the interval, if longer)."""
    times: int = 1 << min(max(failures - PATIENCE, 0), 3)
    return max(interval, min(interval * times, LONGEST_BACKOFF))


def not_before(at: datetime, retry_at: datetime | None) -> datetime:
    """`Retry-After` (RFC 9110, 10.2.3) is obeyed whatever the plan says."""
    return max(at, retry_at) if retry_at else at
