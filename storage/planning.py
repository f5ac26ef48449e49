"""What planning keeps: each source's rhythm, its last look, the moment of the next.

Learning happens in the transaction that files what was listed, so a kill loses neither or both. A rhythm that is lost
all the same loses no item: it is learned anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from prrwatch.crawl import WayRead
from prrwatch.health import PassHistory
from prrwatch.planning import (
    Outlook,
    Past,
    Rhythm,
    believed,
    corrected,
    expected,
    gap,
    judged,
    learn,
    look,
    next_pass,
    quiet_from,
)
from prrwatch.source import Source
from prrwatch.verdict import Verdict
from storage import gaps, jobs, rows, sources
from storage.records import Plan
from storage.rows.planning import listing, listing_of, rhythm_of, rhythm_text
from storage.store import Store

#: The price of a look is corrected once a day, by what was spent in a week.
CORRECTED_EVERY = timedelta(days=1)
_SPENT_IN = timedelta(days=7)

_SAVE = """
INSERT INTO rhythms (source, rhythm, quiet_from) VALUES (?, ?, ?)
ON CONFLICT (source) DO UPDATE
SET rhythm = excluded.rhythm, judged = 0, relevant = 0, quiet_from = coalesce(excluded.quiet_from, quiet_from)
"""


def learn_from(store: Store, read: WayRead, fresh: frozenset[str], view: Outlook) -> None:
    """Learn from a good read of the way that a source goes by, inside the open transaction; twice is once.

    `fresh` are the keys that the source had never listed before. What a way lists that is walked beside another one
    breaks a silence, and tells nothing else.
    """
    if read.failure or (read.compared and not fresh):
        return
    source, known = sources.source(store, read.source), rhythm(store, read.source)
    if read.compared is None:
        before = last_look(store, source.id)
        if before is not None and read.at <= before.at:
            return
        came = expected(believed(source, known, view), before.at, read.at) if before else None
        known = _learned(store, known, _comparable(source, before, read), read, fresh, came)
        _keep_look(store, read, fresh)
    silent = quiet_from(believed(source, known, view), known, read.at) if fresh else None
    store.write(_SAVE, (source.id, rhythm_text(known), rows.time_or_none(silent)))


def count_judged(store: Store, document: int, verdict: Verdict) -> None:
    """Count a document that is judged for the first time, inside the open transaction, before its verdict is noted."""
    store.write(
        """
        UPDATE rhythms SET judged = judged + 1, relevant = relevant + ?
        WHERE source = (SELECT source FROM documents WHERE id = ? AND ruleset IS NULL)
        """,
        (verdict.relevant, document),
    )


def plan(store: Store, source: Source, view: Outlook) -> None:
    """Plan the next look at a source whose pass has just ended, inside the open transaction."""
    past = _past(store, source.id)
    _set_planned(store, source.id, next_pass(source, past, view))


def replan(store: Store, planned: Iterable[Source], view: Outlook) -> None:
    """Plan all looks anew: the prices have changed, or the wishes of the source files."""
    kept = {source.id: source for source in planned if source.enabled}
    histories = jobs.histories(store, kept)
    known, hints = rhythms(store), _hints(store)
    with store.transaction():
        for name, source in kept.items():
            history = histories[name]
            if history.last_started is None:
                continue
            past = Past(history, known.get(name, Rhythm()), hints.get(name))
            at = next_pass(source, past, view)
            if at != history.planned:
                _set_planned(store, name, at)


def rhythms(store: Store) -> dict[str, Rhythm]:
    """What is known of each source."""
    found = store.query("SELECT source, rhythm, judged, relevant FROM rhythms")
    return {row["source"]: judged(rhythm_of(row["rhythm"]), row["judged"], row["relevant"]) for row in found}


def explained_until(store: Store, source: str) -> datetime | None:
    """Until when its own rhythm explains a silence of the source; None while that is not known."""
    row = store.first("SELECT quiet_from FROM rhythms WHERE source = ?", (source,))
    return rows.at_or_none(row["quiet_from"]) if row else None


def plans(store: Store) -> dict[str, Plan]:
    """When each source that is read is looked at next."""
    ids = [row["id"] for row in store.query("SELECT id FROM sources WHERE enabled")]
    return {name: _plan(each) for name, each in jobs.histories(store, ids).items()}


def _plan(history: PassHistory) -> Plan:
    at, last = history.due, history.last_started
    return Plan(at, at - last if at is not None and last is not None else None)


def correction(store: Store, planned: Iterable[str], per_day: float, now: datetime) -> float:
    """By what the price of a look is to be multiplied; moved once a day by what was spent of the budget of a week."""
    row = store.first("SELECT correction, corrected_at FROM fleet")
    factor, at = (row["correction"], rows.at(row["corrected_at"])) if row else (1.0, None)
    if at is not None and timedelta(0) <= now - at < CORRECTED_EVERY:
        return float(factor)
    spent = _spent(store, tuple(planned), now)
    if spent is not None:
        factor = corrected(factor, spent, per_day * (_SPENT_IN / timedelta(days=1)))
    with store.transaction():
        store.write(
            """
            INSERT INTO fleet (id, correction, corrected_at) VALUES (1, ?, ?)
            ON CONFLICT (id) DO UPDATE SET correction = excluded.correction, corrected_at = excluded.corrected_at
            """,
            (factor, rows.time(now)),
        )
    return float(factor)


def _learned(
    store: Store, learned: Rhythm, before: WayRead | None, read: WayRead, fresh: frozenset[str], came: float | None
) -> Rhythm:
    known = frozenset(item.key for item in read.items) - fresh
    missing = gap(before, read, came) if before is not None else None
    if missing is not None:
        gaps.note(store, missing, read.url)
    return learn(learned, look(before, read, known, came), came)


def _comparable(source: Source, before: WayRead | None, read: WayRead) -> WayRead | None:
    """The look before, as far as it can be compared with this one.

    Two ways may date one article differently, so between them the article alone counts. What is picked out of a list
    (`keep`, another source's way) is no window: its items do not push each other out, and no gap can be told by them.
    """
    if before is None:
        return None
    way = source.ways[read.way] if read.way < len(source.ways) else None
    if way is None or way.keep is not None or way.via is not None:
        return replace(before, items=())
    if before.url == read.url:
        return before
    dates = {item.key: item.published for item in read.items}
    return replace(before, items=tuple(replace(each, published=dates.get(each.key)) for each in before.items))


def _past(store: Store, source: str) -> Past:
    row = store.first("SELECT fresh_seconds FROM last_looks WHERE source = ?", (source,))
    fresh_for = _seconds(row["fresh_seconds"]) if row else None
    return Past(jobs.histories(store, [source])[source], rhythm(store, source), fresh_for)


def _hints(store: Store) -> Mapping[str, timedelta | None]:
    found = store.query("SELECT source, fresh_seconds FROM last_looks WHERE fresh_seconds IS NOT NULL")
    return {row["source"]: _seconds(row["fresh_seconds"]) for row in found}


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def rhythm(store: Store, source: str) -> Rhythm:
    """What is known of one source."""
    row = store.first("SELECT rhythm, judged, relevant FROM rhythms WHERE source = ?", (source,))
    return judged(rhythm_of(row["rhythm"]), row["judged"], row["relevant"]) if row else Rhythm()


def last_look(store: Store, source: str) -> WayRead | None:
    """What the source listed when it was last read well: keys and dates only."""
    row = store.first("SELECT * FROM last_looks WHERE source = ?", (source,))
    if row is None:
        return None
    return WayRead(row["run"], source, row["way"], row["url"], rows.at(row["at"]), listing_of(row["listing"]))


def _keep_look(store: Store, read: WayRead, fresh: frozenset[str]) -> None:
    """What was listed stays where a look lists nothing: after a 304 it is still what the server shows."""
    store.write(
        """
        INSERT INTO last_looks (source, run, way, url, at, new_at, listing, fresh_seconds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET run = excluded.run, way = excluded.way, url = excluded.url,
            at = excluded.at, new_at = coalesce(excluded.new_at, new_at), fresh_seconds = excluded.fresh_seconds,
            listing = CASE WHEN ? THEN excluded.listing ELSE listing END
        """,
        (
            read.source,
            read.job,
            read.way,
            read.url,
            rows.time(read.at),
            rows.time(read.at) if fresh else None,
            listing(read.items),
            read.fresh_for.total_seconds() if read.fresh_for else None,
            bool(read.items),
        ),
    )


def _set_planned(store: Store, source: str, at: datetime | None) -> None:
    store.write(
        """
        INSERT INTO rhythms (source, planned) VALUES (?, ?)
        ON CONFLICT (source) DO UPDATE SET planned = excluded.planned
        """,
        (source, rows.time_or_none(at)),
    )


def _spent(store: Store, planned: tuple[str, ...], now: datetime) -> float | None:
    """Looks of the last week; None while less than a week was watched."""
    since = rows.time(now - _SPENT_IN)
    if store.first("SELECT 1 FROM runs WHERE started <= ? LIMIT 1", (since,)) is None:
        return None
    return float(
        store.number(
            "SELECT count(*) FROM runs WHERE started > ? AND source IN (SELECT value FROM json_each(?))",
            (since, rows.listed(planned)),
        )
    )
