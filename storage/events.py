"""Events: what each version tells of them, and what is known of each. All inside the open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Row

from prrwatch.events import Candidate, Event, Occasion, assign, is_one, occasion, occasion_id
from storage import rows
from storage.store import Store

#: Events of one day and kind that a newly read one is held against.
_A_DAY = 100


def file(store: Store, document: int, version: int, found: Sequence[Event], now: datetime) -> None:
    """Keep the events of one version in place of what was read in it before, each under the occasion that it is."""
    candidates = _candidates(store, document, found)
    identities = assign(found, candidates)
    # Also those of replaced versions: what they told no longer holds, or only tells what was said first.
    before = store.query(
        "SELECT occasion FROM event_tellings JOIN versions ON versions.id = version WHERE document = ?", (document,)
    )
    store.write("DELETE FROM event_tellings WHERE version = ?", (version,))
    touched = [row["occasion"] for row in before]
    for n, (event, known) in enumerate(zip(found, identities, strict=True)):
        identity = known or _new(store, document, event, identities, n)
        _open(store, identity, event, now)
        _tell(store, version, n, identity, event)
        touched.append(identity)
    for identity in dict.fromkeys(touched):
        refresh(store, identity, now)


def refresh(store: Store, identity: str, now: datetime) -> None:
    """Make what is known of an event anew from its mentions; `sequence` is raised when that changes it.

    An event of which no relevant document tells any more keeps its row, so that its token stays the same if one does
    again; the view `events` leaves it out.
    """
    mentions = [rows.mention(row) for row in _mentions(store, identity)]
    if not mentions:
        return
    values = rows.occasion_values(occasion(identity, mentions))
    store.write(
        """
        UPDATE occasions SET name = ?1, kind = ?2, status = ?3, start = ?4, "end" = ?5, first_start = ?6, place = ?7,
            organisers = ?8, announced_by = ?9, reported_by = ?10, sequence = sequence + 1, changed = ?12
        WHERE id = ?11 AND (name, kind, status, start, "end", first_start, place, organisers, announced_by, reported_by)
            IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """,
        (*values, identity, rows.time(now)),
    )


def join(store: Store, story: str, now: datetime) -> None:
    """Make one of the events of a story that turn out to be one, to be called when two stories became one.

    The token that was given first stands; no document tells of the other any more. What one version tells of side by
    side are two events.
    """
    kept: list[Occasion] = []
    for row in store.query(
        """
        SELECT occasions.* FROM occasions JOIN event_stories ON event = id WHERE story = ? ORDER BY opened, id LIMIT ?
        """,
        (story, _A_DAY),
    ):
        found = rows.occasion(row)
        elder = next((each for each in kept if is_one(each, found) and not _side_by_side(store, each, found)), None)
        if elder is None:
            kept.append(found)
            continue
        store.write("UPDATE event_tellings SET occasion = ? WHERE occasion = ?", (elder.id, found.id))
        refresh(store, elder.id, now)


def _side_by_side(store: Store, one: Occasion, other: Occasion) -> bool:
    return bool(
        store.number(
            """
            SELECT EXISTS (
                SELECT 1 FROM event_tellings AS mine JOIN event_tellings AS theirs ON theirs.version = mine.version
                WHERE mine.occasion = ? AND theirs.occasion = ?)
            """,
            (one.id, other.id),
        )
    )


def _new(store: Store, document: int, event: Event, taken: Iterable[str | None], n: int) -> str:
    row = store.query("SELECT key FROM documents WHERE id = ?", (document,))[0]
    identity = occasion_id(row["key"], event)
    return occasion_id(f"{row['key']} {n}", event) if identity in taken else identity


def _open(store: Store, identity: str, event: Event, now: datetime) -> None:
    """A row for its mentions to stand under; `refresh` fills it, which makes its first sequence 0."""
    store.write(
        """
        INSERT INTO occasions (id, name, kind, status, organisers, sequence, opened, changed)
        VALUES (?, '', ?, ?, '[]', -1, ?, ?) ON CONFLICT (id) DO NOTHING
        """,
        (identity, event.kind.value, event.status.value, rows.time(now), rows.time(now)),
    )


def _tell(store: Store, version: int, n: int, identity: str, event: Event) -> None:
    store.write(
        """
        INSERT INTO event_tellings (version, n, occasion, name, kind, status, start, start_raw, start_origin, "end",
            place, organisers, field, quote, quote_start, quote_end)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (version, n, identity, *rows.event_values(event)),
    )


def _candidates(store: Store, document: int, found: Iterable[Event]) -> list[Candidate]:
    """Events that the document or its story told of, and those of the same days."""
    own = _occasions(
        store,
        """
        SELECT occasion FROM event_tellings JOIN versions ON versions.id = event_tellings.version
        WHERE versions.document = ?
        """,
        (document,),
    )
    of_story = _occasions(
        store,
        """
        SELECT event_stories.event FROM memberships JOIN event_stories ON event_stories.story = memberships.story
        WHERE memberships.document = ?
        """,
        (document,),
    )
    days = rows.listed({event.start.value[:10] for event in found if event.start})
    of_days = _occasions(
        store, "SELECT id FROM occasions WHERE start IN (SELECT value FROM json_each(?)) LIMIT ?", (days, _A_DAY)
    )
    known = {row["id"]: rows.occasion(row) for row in (*own, *of_story, *of_days)}
    told, in_story = {row["id"] for row in own}, {row["id"] for row in of_story}
    return [Candidate(each, identity in told, identity in in_story) for identity, each in sorted(known.items())]


def _occasions(store: Store, ids: str, parameters: Sequence[object]) -> list[Row]:
    return store.query(f"SELECT * FROM occasions WHERE id IN ({ids})", parameters)  # noqa: S608  constants of this module


def _mentions(store: Store, identity: str) -> list[Row]:
    return store.query(
        """
        SELECT event_tellings.*, documents.id AS document, versions.id IS documents.version AS is_current,
            sources.kind = 'official' AS is_official,
            CASE versions.n WHEN 1 THEN coalesce(versions.published_at, documents.first_seen) ELSE versions.fetched END
                AS told
        FROM event_tellings
        JOIN versions ON versions.id = event_tellings.version
        JOIN documents ON documents.id = versions.document
        JOIN sources ON sources.id = documents.source
        WHERE event_tellings.occasion = ? AND documents.relevant = 1
        """,
        (identity,),
    )
