"""The catalogue's mirror in the store, so that rows can be joined with who published them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prrwatch import urls
from prrwatch.source import Source
from storage import rows
from storage.store import Store


def mirror(store: Store, sources: Iterable[Source], now: datetime) -> None:
    """Make the mirror show `sources`; those that left the catalogue stay, disabled, as their documents do."""
    kept = tuple(sources)
    with store.transaction():
        for source in kept:
            add(store, source, now)
        ids = rows.listed(source.id for source in kept)
        store.write("UPDATE sources SET enabled = 0 WHERE id NOT IN (SELECT value FROM json_each(?))", (ids,))


def add(store: Store, source: Source, now: datetime) -> None:
    """Write one source inside the open transaction.

    Other ways or another `article` forget the source's validators: what is wanted now may stand on a page that has
    not changed since.
    """
    definition = rows.source_definition(source)
    before = store.first("SELECT definition FROM sources WHERE id = ?", (source.id,))
    if before is not None and before["definition"] == definition:
        store.write(
            "UPDATE sources SET enabled = ? WHERE id = ? AND enabled <> ?", (source.enabled, source.id, source.enabled)
        )
        return
    if before is not None and rows.wanted(before["definition"]) != rows.wanted(definition):
        store.write("DELETE FROM validators WHERE source = ?", (source.id,))
    store.write(
        """
        INSERT INTO sources (id, name, publisher, kind, homepage, tier, enabled, country, hosts, definition,
            mirrored_at)
        VALUES (:id, :name, :publisher, :kind, :homepage, :tier, :enabled, :country, :hosts, :definition, :now)
        ON CONFLICT (id) DO UPDATE SET name = :name, publisher = :publisher, kind = :kind, homepage = :homepage,
            tier = :tier, enabled = :enabled, country = :country, hosts = :hosts, definition = :definition,
            mirrored_at = :now
        """,
        {
            "id": source.id,
            "name": source.name,
            "publisher": source.publisher,
            "kind": source.kind.value,
            "homepage": source.homepage,
            "tier": source.tier,
            "enabled": source.enabled,
            "country": source.country,
            "hosts": rows.listed(sorted({urls.host_key(way.url) for way in source.ways})),
            "definition": definition,
            "now": rows.time(now),
        },
    )


def source(store: Store, source_id: str) -> Source:
    """The catalogue entry as mirrored. Raises LookupError for a source that was never mirrored."""
    row = store.first("SELECT definition FROM sources WHERE id = ?", (source_id,))
    if row is None:
        raise LookupError(f"source {source_id!r} is not in the store: mirror the catalogue first")
    return rows.source(row)
