"""What ways list that were walked beside one that works; see `prrwatch.comparing`."""

from __future__ import annotations

from datetime import datetime

from prrwatch.crawl import WayRead
from storage import rows
from storage.records import Missed
from storage.store import Store


def note(store: Store, read: WayRead) -> None:
    """Keep a comparison, inside the open transaction; the first good one of a way shows its past and says so."""
    counts = read.compared
    if counts is None:
        return
    store.write(
        """
        INSERT INTO way_comparisons (run, source, way, url, against, at, baseline, failure,
            both, only_other, only_this, new_only_other, new_only_this)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, way) DO NOTHING
        """,
        (
            read.job,
            read.source,
            read.way,
            read.url,
            counts.against,
            rows.time(read.at),
            not worked(store, read),
            read.failure,
            counts.both,
            counts.only_other,
            counts.only_this,
            counts.new_only_other,
            counts.new_only_this,
        ),
    )


def worked(store: Store, read: WayRead) -> bool:
    """Whether the way was compared before, in another pass, and worked."""
    query = "SELECT 1 FROM way_comparisons WHERE source = ? AND url = ? AND failure IS NULL AND run <> ? LIMIT 1"
    return store.first(query, (read.source, read.url, read.job)) is not None


def walked(store: Store, source: str) -> dict[str, datetime]:
    """When each way of a source was last walked beside another, by its URL."""
    found = store.query("SELECT url, max(at) AS at FROM way_comparisons WHERE source = ? GROUP BY url", (source,))
    return {row["url"]: rows.at(row["at"]) for row in found}


def missed(store: Store, since: datetime) -> tuple[Missed, ...]:
    """What the ways that sources go by left out since then, of each way that was compared and knew more."""
    found = store.query(
        """
        SELECT source, url, sum(new_only_this) AS articles FROM way_comparisons
        WHERE at >= ? AND NOT baseline GROUP BY source, url HAVING sum(new_only_this) > 0 ORDER BY source, url
        """,
        (rows.time(since),),
    )
    return tuple(Missed(row["source"], row["url"], row["articles"]) for row in found)
