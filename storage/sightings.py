"""Sightings: which source listed which article, and what became of reading it. All inside the open transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from prrwatch.crawl import Unreadable, WayRead
from prrwatch.document import Item
from storage import comparing, rows
from storage.store import Store

#: When to try an article again after its nth failed attempt; the first two wait only for the next pass. Together they
#: outlive a week of trouble; after the last one the article is given up, with its last reason.
BACK_OFF = (
    timedelta(0),
    timedelta(0),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    *(timedelta(days=1),) * 6,
)
#: A way that never worked before may show an archive; up to so many unknown items are taken for news nevertheless.
ARCHIVE = 20
#: A date so long before the first good pass is not news.
BEFORE_WATCHING = timedelta(days=2)

_SEE = """
INSERT INTO sightings (source, key, url, title, summary, published_at, published_precision, published_raw,
    published_origin, first_seen, last_seen, baseline, document, next_try)
VALUES (:source, :key, :url, :title, :summary, :published_at, :published_precision, :published_raw, :published_origin,
    :at, :at, :baseline, :document, CASE WHEN :document IS NULL THEN :at END)
ON CONFLICT (source, key) DO UPDATE SET
    url = excluded.url,
    title = coalesce(excluded.title, title),
    summary = coalesce(excluded.summary, summary),
    published_at = coalesce(excluded.published_at, published_at),
    published_precision = coalesce(excluded.published_precision, published_precision),
    published_raw = coalesce(excluded.published_raw, published_raw),
    published_origin = coalesce(excluded.published_origin, published_origin),
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen)
"""


def list_items(store: Store, read: WayRead) -> frozenset[str]:
    """Note what a way listed; returns the keys of the items that this source had never listed before."""
    items = {item.key: item for item in read.items}
    known = store.query(
        "SELECT key FROM sightings WHERE source = ? AND key IN (SELECT value FROM json_each(?))",
        (read.source, rows.listed(items)),
    )
    fresh = tuple(items[key] for key in items.keys() - {row["key"] for row in known})
    since, worked_before = first_good_pass(store, read.source), _worked_before(store, read)
    baseline = baseline_keys(fresh, since, worked_before=worked_before, archive=0 if read.compared else ARCHIVE)
    have = _documents(store, items)
    store.write_many(
        _SEE,
        [_values(read.source, item, read.at, have.get(key), baseline=key in baseline) for key, item in items.items()],
    )
    return frozenset(item.key for item in fresh)


def baseline_keys(
    fresh: Sequence[Item], since: datetime | None, *, worked_before: bool, archive: int = ARCHIVE
) -> frozenset[str]:
    """Which of the newly listed items were there before we began to watch their source.

    All of them until the source had its first good pass (`since`); then none, unless a way works for the first time
    and shows more than `archive` unknown items: of those, the undated ones and the ones dated before `since`.
    """
    if since is None:
        return frozenset(item.key for item in fresh)
    if worked_before or len(fresh) <= archive:
        return frozenset()
    line = since - BEFORE_WATCHING
    return frozenset(item.key for item in fresh if item.published is None or item.published.at < line)


def first_good_pass(store: Store, source: str) -> datetime | None:
    """When the source's first good pass ended."""
    row = store.first("SELECT first_good_pass FROM sources WHERE id = ?", (source,))
    return rows.at_or_none(row["first_good_pass"]) if row else None


def ensure(store: Store, source: str, item: Item, at: datetime) -> None:
    """Note the item as listed where no way's record of it came before its article's."""
    if store.first("SELECT 1 FROM sightings WHERE source = ? AND key = ?", (source, item.key)) is None:
        baseline = first_good_pass(store, source) is None
        store.write(_SEE, _values(source, item, at, _documents(store, (item.key,)).get(item.key), baseline=baseline))


def link(store: Store, keys: Sequence[str], document: int, run: str, at: datetime) -> None:
    """Whoever listed the article under one of `keys` and was waiting for it, has it now."""
    store.write(
        """
        UPDATE sightings SET document = ?, attempts = attempts + 1, next_try = NULL, reason = NULL, detail = '',
            tried_at = ?, tried_run = ?
        WHERE key IN (SELECT value FROM json_each(?)) AND document IS NULL
        """,
        (document, rows.time(at), run, rows.listed(keys)),
    )


def failed(store: Store, unreadable: Unreadable) -> bool:
    """Count a failed attempt and plan the next one; False when this very attempt was counted before."""
    row = store.first(
        "SELECT attempts, tried_at, tried_run FROM sightings WHERE source = ? AND key = ?",
        (unreadable.source, unreadable.item.key),
    )
    at = rows.time(unreadable.at)
    if row is None or (row["tried_at"], row["tried_run"]) == (at, unreadable.job):
        return False
    attempts = row["attempts"] + 1
    store.write(
        """
        UPDATE sightings SET attempts = ?, next_try = ?, tried_at = ?, tried_run = ?, reason = ?, detail = ?
        WHERE source = ? AND key = ?
        """,
        (
            attempts,
            rows.time_or_none(next_try(attempts, unreadable.at, permanent=unreadable.permanent)),
            at,
            unreadable.job,
            unreadable.reason.value,
            unreadable.detail,
            unreadable.source,
            unreadable.item.key,
        ),
    )
    return True


def next_try(attempts: int, at: datetime, *, permanent: bool) -> datetime | None:
    """When an article is due again after `attempts` failures; None when it is given up."""
    if permanent or attempts > len(BACK_OFF):
        return None
    return at + BACK_OFF[attempts - 1]


def _worked_before(store: Store, read: WayRead) -> bool:
    """Of a way that is compared, earlier comparisons count; of others not, for they show the top of a list only."""
    if read.compared and comparing.worked(store, read):
        return True
    query = """
        SELECT 1 FROM way_results AS read WHERE source = ? AND url = ? AND failure IS NULL AND run <> ?
            AND NOT EXISTS (SELECT 1 FROM way_comparisons WHERE run = read.run AND way = read.way)
        LIMIT 1
        """
    return store.first(query, (read.source, read.url, read.job)) is not None


def _documents(store: Store, keys: Sequence[str] | dict[str, Item]) -> dict[str, int]:
    found = store.query(
        "SELECT key, document FROM document_keys WHERE kind = 'own' AND key IN (SELECT value FROM json_each(?))",
        (rows.listed(keys),),
    )
    return {row["key"]: row["document"] for row in found}


def _values(source: str, item: Item, at: datetime, document: int | None, *, baseline: bool) -> dict[str, object]:
    return {
        "source": source,
        "at": rows.time(at),
        "baseline": baseline,
        "document": document,
        **rows.item_values(item),
    }
