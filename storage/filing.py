"""Filing what the crawler says: a batch of records, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prrwatch.crawl import CrawlRecord, Fetched, JobDone, Paused, Unchanged, Unreadable, WayRead
from prrwatch.planning import NO_OUTLOOK, Outlook
from storage import bodies, comparing, documents, passes, planning, rows, runs, sightings
from storage.documents import Fate
from storage.records import Filed
from storage.store import Store


def file(store: Store, records: Sequence[CrawlRecord], now: datetime, view: Outlook = NO_OUTLOOK) -> Filed:
    """File a batch in one immediate transaction; filing a record twice is filing it once.

    `view` is what is believed of the fleet: the next look at each source whose pass ends here is planned by it.

    1. Bodies of originals are committed to their own file; a kill after that leaves bodies that no row names yet.
    2. Ways read become sightings, articles read become documents, versions and originals, failures become plans to
       try again, ends of jobs become runs, health and validators.
    """
    batch = tuple(records)
    originals = [record.original for record in batch if isinstance(record, Fetched | Unreadable) and record.original]
    addresses = dict(zip(map(id, originals), bodies.keep(store, (each.body for each in originals)), strict=True))
    with store.transaction():
        return _sum([_file(store, record, addresses, now, view) for record in batch])


def _file(store: Store, record: CrawlRecord, addresses: dict[int, str], now: datetime, view: Outlook) -> Filed:
    match record:
        case WayRead():
            return _way_read(store, record, view)
        case Fetched():
            return _fetched(store, record, addresses[id(record.original)], now)
        case Unreadable():
            return _unreadable(store, record, addresses.get(id(record.original)))
        case Unchanged():
            return _unchanged(store, record)
        case Paused():
            return _paused(store, record)
        case JobDone():
            return Filed(ended=passes.end(store, record, now, view))


def _way_read(store: Store, read: WayRead, view: Outlook) -> Filed:
    runs.begin(store, read.job, read.source, read.at)
    fresh = sightings.list_items(store, read)
    passes.note_way(store, read, len(fresh))
    comparing.note(store, read)
    planning.learn_from(store, read, fresh, view)
    return Filed(listed=len(fresh))


def _fetched(store: Store, fetched: Fetched, address: str, now: datetime) -> Filed:
    document = fetched.document
    runs.begin(store, fetched.job, document.source, document.fetched)
    if documents.by_key(store, fetched.item.key) is None:
        sightings.ensure(store, document.source, fetched.item, document.fetched)
    number, fate = documents.add(store, fetched, address, now)
    if fate is not Fate.FILED_BEFORE:
        passes.count_read(store, fetched.job)
    return Filed(
        documents=(number,) if fate is Fate.NEW else (),
        versions=(number,) if fate is Fate.VERSION else (),
    )


def _unreadable(store: Store, unreadable: Unreadable, address: str | None) -> Filed:
    runs.begin(store, unreadable.job, unreadable.source, unreadable.at)
    number = documents.by_key(store, unreadable.item.key)
    if unreadable.original and address:
        documents.keep_original(store, unreadable.original, address, unreadable.source, number)
    if number is not None:
        return passes.revisit_failed(store, unreadable, number)
    sightings.ensure(store, unreadable.source, unreadable.item, unreadable.at)
    if not sightings.failed(store, unreadable):
        return Filed()
    passes.count_failure(store, unreadable)
    return Filed(unreadable=1)


def _unchanged(store: Store, unchanged: Unchanged) -> Filed:
    number = documents.by_key(store, unchanged.item.key)
    if number is not None:
        documents.looked_at(store, number, unchanged.at)
        passes.count_read(store, unchanged.job)
    return Filed()


def _paused(store: Store, paused: Paused) -> Filed:
    """The longer patience counts: two sources may hear of one host in either order."""
    store.write(
        """
        INSERT INTO host_clocks (host, not_before) VALUES (?, ?)
        ON CONFLICT (host) DO UPDATE SET not_before = max(not_before, excluded.not_before)
        """,
        (paused.clock.host, rows.time(paused.clock.not_before)),
    )
    store.write("UPDATE runs SET paused = 1 WHERE job = ?", (paused.job,))
    return Filed()


def _sum(parts: Sequence[Filed]) -> Filed:
    def joined(name: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(each for part in parts for each in getattr(part, name)))

    return Filed(
        listed=sum(part.listed for part in parts),
        documents=joined("documents"),
        versions=joined("versions"),
        unreadable=sum(part.unreadable for part in parts),
        gone=joined("gone"),
        ended=tuple(each for part in parts for each in part.ended),
    )
