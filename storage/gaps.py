"""Gaps: looks between which something may have fallen, and what was found when they were filled.

All writing inside the open transaction.
"""

from __future__ import annotations

from datetime import datetime

from prrwatch.crawl import JobDone
from prrwatch.planning import Gap
from storage import rows
from storage.records import KnownGap
from storage.store import Store


def note(store: Store, gap: Gap, url: str) -> None:
    """Keep a gap; noting it twice is noting it once."""
    store.write(
        """
        INSERT INTO gaps (source, way, url, since, until, listed, reaches_back_to, expected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, until) DO NOTHING
        """,
        (
            gap.source,
            gap.way,
            url,
            rows.time(gap.since),
            rows.time(gap.until),
            gap.listed,
            rows.time_or_none(gap.reaches_back_to),
            gap.expected,
        ),
    )


def unfilled_since(store: Store, source: str) -> datetime | None:
    """When the oldest gap began that nobody has tried to fill; None when there is none."""
    row = store.first("SELECT min(since) AS at FROM gaps WHERE source = ? AND tried IS NULL", (source,))
    return rows.at_or_none(row["at"]) if row else None


def answered(store: Store, done: JobDone) -> None:
    """Note what an ended pass did for the gaps that were there when it began.

    A gap is filled once a way listed, beyond what the way lists that has the gap, something that was known: it reaches
    back behind the gap. What it listed besides had fallen into it. What the other ways do not show now they will not
    show later, so one walk over those that answer is all.
    """
    walked = store.query(
        """
        SELECT new_only_this AS fell, only_this > new_only_this AS reached FROM way_comparisons
        WHERE run = ? AND failure IS NULL
        """,
        (done.job,),
    )
    if not walked:
        return
    store.write(
        """
        UPDATE gaps SET tried = :at, found = :found, filled = CASE WHEN :reached THEN :at END
        WHERE source = :source AND tried IS NULL AND until < :began
        """,
        {
            "at": rows.time(done.ended),
            "found": sum(row["fell"] for row in walked),
            "reached": any(row["reached"] for row in walked),
            "source": done.source,
            "began": rows.time(done.started),
        },
    )


def known(store: Store, since: datetime) -> tuple[KnownGap, ...]:
    """The gaps that ended after `since`, the latest first."""
    found = store.query("SELECT * FROM gaps WHERE until > ? ORDER BY until DESC, id DESC", (rows.time(since),))
    return tuple(
        KnownGap(
            row["source"],
            row["url"],
            rows.at(row["since"]),
            rows.at(row["until"]),
            rows.at_or_none(row["reaches_back_to"]),
            row["found"],
            rows.at_or_none(row["filled"]),
        )
        for row in found
    )
