"""Stories as lines of a list, without their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from sqlite3 import Row

from prrwatch.document import Dated
from prrwatch.verdict import Phase
from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One story by its leading document."""

    story: str
    opened: datetime
    documents: int  #: relevant ones
    document: int  #: the leading one
    url: str
    title: str | None
    language: str | None
    source: str
    source_name: str
    kind: str
    published: Dated | None
    first_seen: datetime
    phases: tuple[str, ...]  #: of all its relevant documents, in the order of life
    countries: tuple[str, ...]  #: of all its relevant documents
    baseline: bool  #: it was there before its source was watched
    gone: bool


@dataclass(frozen=True, slots=True)
class Active:
    """A story that something happened to."""

    story: str
    at: datetime  #: when a document of it joined or was edited last


def active(store: Store, since: datetime, limit: int) -> tuple[Active, ...]:
    """The stories that opened, that a document joined, or of which one was edited, since then; the latest first."""
    found = store.query(
        """
        SELECT story, max(at) AS at FROM (
            SELECT story, joined AS at FROM memberships WHERE joined >= :since
            UNION ALL
            SELECT memberships.story, versions.fetched
            FROM versions JOIN memberships ON memberships.document = versions.document
            WHERE versions.n > 1 AND versions.fetched >= :since
        ) GROUP BY story ORDER BY at DESC, story LIMIT :limit
        """,
        {"since": rows.time(since), "limit": limit},
    )
    return tuple(Active(row["story"], rows.at(row["at"])) for row in found)


def latest(store: Store, limit: int) -> tuple[str, ...]:
    """The stories that opened last, the newest first."""
    found = store.query("SELECT id FROM stories ORDER BY opened DESC, id LIMIT ?", (limit,))
    return tuple(row["id"] for row in found)


def lines(store: Store, stories: Sequence[str]) -> tuple[Line, ...]:
    """The stories in this order; those without a relevant document are left out."""
    found = store.query(
        """
        SELECT picked.key AS place, stories.id AS story, stories.opened, documents.id AS document, documents.url,
            documents.source, documents.first_seen, documents.baseline, documents.state, sources.name AS source_name,
            sources.kind, versions.title, versions.language, versions.published_at, versions.published_precision,
            versions.published_raw, versions.published_origin, verdicts.phases, verdicts.countries
        FROM json_each(?) AS picked
        JOIN stories ON stories.id = picked.value
        JOIN memberships ON memberships.story = stories.id
        JOIN documents ON documents.id = memberships.document AND documents.relevant = 1
        JOIN versions ON versions.id = documents.version
        JOIN sources ON sources.id = documents.source
        LEFT JOIN verdicts ON verdicts.id = documents.verdict
        ORDER BY place, sources.kind <> 'official', coalesce(versions.published_at, documents.first_seen),
            documents.first_seen, documents.id
        """,
        (rows.listed(stories),),
    )
    return tuple(_line(list(members)) for _, members in groupby(found, key=lambda row: row["place"]))


def _line(members: Sequence[Row]) -> Line:
    lead = members[0]
    phases = {each for row in members for each in rows.strings(row["phases"])}
    return Line(
        story=lead["story"],
        opened=rows.at(lead["opened"]),
        documents=len(members),
        document=lead["document"],
        url=lead["url"],
        title=lead["title"],
        language=lead["language"],
        source=lead["source"],
        source_name=lead["source_name"],
        kind=lead["kind"],
        published=rows.dated(lead),
        first_seen=rows.at(lead["first_seen"]),
        phases=tuple(phase.value for phase in Phase if phase in phases),
        countries=tuple(sorted({each for row in members for each in rows.strings(row["countries"])})),
        baseline=all(row["baseline"] for row in members),
        gone=lead["state"] == "gone",
    )
