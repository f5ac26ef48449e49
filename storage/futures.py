"""Times that lie in the future because the clock was wrong when they were written.

A pass that began "tomorrow" would keep its source unread until the day after, a digest "of next week" would swallow the
week. What was written by a clock that ran ahead is known by its own time; what it planned is planned anew, from now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import rows
from storage.store import Store

#: Clocks are set right by seconds all the time; nothing here is hurt by a few minutes.
_SLACK = timedelta(minutes=5)
#: Whether the clock ran ahead while anything was read, sent or decided.
_RAN_AHEAD = """
    SELECT EXISTS (SELECT 1 FROM runs WHERE started > :soon) OR EXISTS (SELECT 1 FROM attempts WHERE at > :soon)
        OR EXISTS (SELECT 1 FROM alerts WHERE created > :soon)
"""
#: Each takes back what a clock that ran ahead has written. `:now` is the present, `:soon` a little later.
_SET_RIGHT = (
    """
    UPDATE rhythms SET planned = :now WHERE planned > :now AND source IN (SELECT source FROM runs WHERE started > :soon)
    """,
    "UPDATE last_looks SET at = :now WHERE at > :soon",
    "UPDATE last_looks SET new_at = :now WHERE new_at > :soon",
    "UPDATE way_comparisons SET at = :now WHERE at > :soon",
    # Two gaps of one source in one wrong hour: one of them is enough.
    "UPDATE OR IGNORE gaps SET until = :now WHERE until > :soon",
    "UPDATE pulses SET at = :now WHERE at > :soon",
    "UPDATE runs SET started = :now WHERE started > :soon",
    "UPDATE runs SET ended = :now WHERE ended > :soon",
    # Whether a host asked for long patience or the clock was wrong is not known any more: it may be asked too early.
    "UPDATE host_clocks SET not_before = :now WHERE not_before > :soon",
    "UPDATE sightings SET next_try = :now WHERE tried_at > :soon AND next_try IS NOT NULL",
    "UPDATE sightings SET tried_at = :now WHERE tried_at > :soon",
    "UPDATE sightings SET first_seen = :now WHERE first_seen > :soon",
    "UPDATE documents SET looked_at = :now WHERE looked_at > :soon",
    "UPDATE alerts SET not_before = :now WHERE kind = 'digest' AND not_before > :soon",
    """
    UPDATE deliveries SET next_try = :now WHERE state = 'waiting' AND next_try > :now AND (
        EXISTS (SELECT 1 FROM attempts WHERE delivery = deliveries.id AND at > :soon)
        OR EXISTS (SELECT 1 FROM alerts WHERE token = alert AND created > :soon)
    )
    """,
    "UPDATE attempts SET at = :now WHERE at > :soon",
    "UPDATE alerts SET created = :now WHERE created > :soon",
    "UPDATE source_states SET last_read = :now WHERE last_read > :soon",
    "UPDATE source_states SET last_new = :now WHERE last_new > :soon",
    "UPDATE source_states SET since = :now WHERE since > :soon",
)


def set_right(store: Store, now: datetime) -> int:
    """Bring back every time that cannot be yet; returns how many rows were changed.

    To be called by the holder of the claim when it begins, and when it sees that the clock went back.
    """
    times = {"now": rows.time(now), "soon": rows.time(now + _SLACK)}
    if not store.number(_RAN_AHEAD, {"soon": times["soon"]}):
        return 0
    with store.transaction():
        return sum(store.write(sql, times) for sql in _SET_RIGHT)
