"""Sources: their health, how often they publish, what they published last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Watched:
    """One source and whether it is read."""

    id: str
    name: str
    kind: str
    country: str | None
    homepage: str
    tier: int
    state: str
    reason: str | None
    detail: str
    since: datetime | None
    last_read: datetime | None
    last_new: datetime | None
    failures: int
    documents: int
    relevant: int
    unread: int
    planned: datetime | None  #: when it is looked at next
    unfilled: int  #: gaps of the last 30 days of which it is not known what fell


@dataclass(frozen=True, slots=True)
class Daily:
    """What one source did on one day (UTC)."""

    source: str
    day: date
    items: int  #: listed for the first time
    passes: int
    failed: int  #: passes that failed


@dataclass(frozen=True, slots=True)
class WayState:
    """One way of a source as it was last tried."""

    way: str
    url: str
    state: str
    reason: str | None
    detail: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One item that a source listed."""

    url: str
    title: str | None
    first_seen: datetime
    document: int | None
    relevant: bool | None
    reason: str | None
    baseline: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """One pass over a source."""

    started: datetime
    ended: datetime | None
    ok: bool | None
    requests: int
    fetched: int
    cut_short: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Two looks between which something may have fallen."""

    url: str  #: of the way
    since: datetime
    until: datetime
    expected: float | None  #: items between them, as the source's rhythm has it
    tried: datetime | None
    found: int
    filled: datetime | None


_WATCHED = """
SELECT source_health.*, sources.kind, sources.country, sources.homepage, source_plans.planned,
    coalesce(source_plans.unfilled, 0) AS unfilled
FROM source_health JOIN sources ON sources.id = source_health.id LEFT JOIN source_plans ON source_plans.id = sources.id
"""


def watched(store: Store) -> tuple[Watched, ...]:
    """Every source, those that need an eye first: broken and blocked, doubtful, quiet, new, ok, disabled."""
    found = store.query(
        _WATCHED
        + """
        ORDER BY instr('broken blocked doubtful quiet new ok disabled', state), source_health.tier, source_health.id
        """
    )
    return tuple(_watched(dict(row)) for row in found)


def one(store: Store, source: str) -> Watched | None:
    """One source; None when there is none of that id."""
    row = store.first(_WATCHED + "WHERE source_health.id = ?", (source,))
    return _watched(dict(row)) if row else None


def days(store: Store, since: date, source: str = "") -> tuple[Daily, ...]:
    """What each source (or the one named) did on each day since then; days without anything are left out."""
    found = store.query(
        """
        SELECT source, day, sum(items) AS items, sum(passes) AS passes, sum(failed) AS failed FROM (
            SELECT sources.id AS source, substr(first_seen, 1, 10) AS day, count(*) AS items, 0 AS passes, 0 AS failed
            FROM sources CROSS JOIN sightings ON sightings.source = sources.id
            WHERE :source IN ('', sources.id) AND baseline = 0 AND substr(first_seen, 1, 10) >= :since
            GROUP BY sources.id, substr(first_seen, 1, 10)
            UNION ALL
            SELECT sources.id AS source, substr(started, 1, 10) AS day, 0, count(*), sum(ok IS 0)
            FROM sources CROSS JOIN runs ON runs.source = sources.id
            WHERE :source IN ('', sources.id) AND substr(started, 1, 10) >= :since
            GROUP BY sources.id, substr(started, 1, 10)
        ) GROUP BY source, day
        """,
        {"since": since.isoformat(), "source": source},
    )
    return tuple(
        Daily(row["source"], date.fromisoformat(row["day"]), row["items"], row["passes"], row["failed"])
        for row in found
    )


def hours(store: Store, source: str, since: datetime) -> tuple[tuple[int, int, int], ...]:
    """(day of the week from Monday = 0, hour, items) when the source's items of since then were first seen, in UTC."""
    found = store.query(
        """
        SELECT (strftime('%w', first_seen) + 6) % 7 AS day, CAST(strftime('%H', first_seen) AS INTEGER) AS hour,
            count(*) AS items
        FROM sightings WHERE source = ? AND first_seen >= ? AND baseline = 0 GROUP BY day, hour
        """,
        (source, rows.time(since)),
    )
    return tuple((row["day"], row["hour"], row["items"]) for row in found)


def ways(store: Store, source: str) -> tuple[WayState, ...]:
    """Its ways in order."""
    found = store.query("SELECT * FROM way_states WHERE source = ? ORDER BY n", (source,))
    return tuple(
        WayState(row["way"], row["url"], row["state"], row["reason"], row["detail"], rows.at_or_none(row["at"]))
        for row in found
    )


def listed(store: Store, source: str, limit: int) -> tuple[Listed, ...]:
    """What it listed last, the newest first."""
    found = store.query(
        """
        SELECT sightings.url, sightings.title, sightings.first_seen, sightings.document, documents.relevant,
            sightings.reason, sightings.baseline
        FROM sightings LEFT JOIN documents ON documents.id = sightings.document
        WHERE sightings.source = ? ORDER BY sightings.first_seen DESC LIMIT ?
        """,
        (source, limit),
    )
    return tuple(
        Listed(
            row["url"],
            row["title"],
            rows.at(row["first_seen"]),
            row["document"],
            None if row["relevant"] is None else bool(row["relevant"]),
            row["reason"],
            bool(row["baseline"]),
        )
        for row in found
    )


def gaps(store: Store, source: str, since: datetime, limit: int) -> tuple[Gap, ...]:
    """Its gaps that ended since then, the latest first."""
    found = store.query(
        "SELECT * FROM gaps WHERE source = ? AND until > ? ORDER BY until DESC LIMIT ?",
        (source, rows.time(since), limit),
    )
    return tuple(
        Gap(
            row["url"],
            rows.at(row["since"]),
            rows.at(row["until"]),
            row["expected"],
            rows.at_or_none(row["tried"]),
            row["found"],
            rows.at_or_none(row["filled"]),
        )
        for row in found
    )


def passes(store: Store, source: str, limit: int) -> tuple[Passed, ...]:
    """Its last passes, the newest first."""
    found = store.query(
        """
        SELECT started, ended, ok, requests, fetched, cut_short FROM runs
        WHERE source = ? ORDER BY started DESC LIMIT ?
        """,
        (source, limit),
    )
    return tuple(
        Passed(
            rows.at(row["started"]),
            rows.at_or_none(row["ended"]),
            None if row["ok"] is None else bool(row["ok"]),
            row["requests"],
            row["fetched"],
            row["cut_short"],
        )
        for row in found
    )


def _watched(row: dict[str, object]) -> Watched:
    times = {name: rows.at_or_none(row[name]) for name in ("since", "last_read", "last_new", "planned")}  # type: ignore[arg-type]
    known = {name: row[name] for name in Watched.__slots__}
    return Watched(**{**known, **times})  # type: ignore[arg-type]
