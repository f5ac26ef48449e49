"""All that the store knows of one story, as it is taken away in a bundle."""

from __future__ import annotations

import json
from sqlite3 import Row

from prrwatch.bundle import Dossier, Edition, Kept, Sheet
from prrwatch.source import Kind
from prrwatch.verdict import Phase, Verdict
from storage import rows, stories
from storage.export import citations
from storage.store import Store


def dossier(store: Store, story: str) -> Dossier | None:
    """The story with every document, version, verdict and figure; None when there is no such story."""
    told = stories.story(store, story)
    if told is None:
        return None
    found = store.query(
        """
        SELECT story_members.*, sources.publisher FROM story_members
        JOIN sources ON sources.id = story_members.source
        WHERE story = ? ORDER BY place
        """,
        (story,),
    )
    events = store.query(
        "SELECT events.* FROM event_stories JOIN events USING (event) WHERE story = ? ORDER BY start, event", (story,)
    )
    sheets = tuple(_sheet(store, row) for row in found)
    return Dossier(told, sheets, tuple(map(rows.known_event, events)), tuple(citations(store, story)))


def _sheet(store: Store, row: Row) -> Sheet:
    versions = store.query(
        """
        SELECT versions.*, verdicts.id AS verdict, verdicts.ruleset, verdicts.relevant, verdicts.score, verdicts.phases,
            verdicts.countries, verdicts.at AS judged
        FROM versions
        LEFT JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts AS each WHERE each.version = versions.id)
        WHERE document = ? ORDER BY n
        """,
        (row["document"],),
    )
    return Sheet(
        document=row["document"],
        url=row["url"],
        source=row["source"],
        source_name=row["source_name"],
        publisher=row["publisher"],
        kind=Kind(row["kind"]),
        first_seen=rows.at(row["first_seen"]),
        why=row["why"],
        joined=rows.at(row["joined"]),
        state=row["state"],
        editions=tuple(_edition(store, each) for each in versions),
    )


def _edition(store: Store, row: Row) -> Edition:
    claimed = store.query("SELECT * FROM figures WHERE version = ? ORDER BY n", (row["id"],))
    kept = store.query("SELECT * FROM originals WHERE version = ? ORDER BY fetched", (row["id"],))
    return Edition(
        n=row["n"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=rows.dated(row),
        issuer=row["issuer"],
        fetched=rows.at(row["fetched"]),
        media_type=row["media_type"],
        sha256=row["sha256"],
        verdict=_verdict(store, row) if row["verdict"] else None,
        judged=rows.at_or_none(row["judged"]),
        figures=tuple(map(rows.claimed, claimed)),
        originals=tuple(_kept(each) for each in kept),
    )


def _verdict(store: Store, row: Row) -> Verdict:
    proofs = store.query("SELECT * FROM evidence WHERE verdict = ? ORDER BY n", (row["verdict"],))
    named = store.query("SELECT * FROM entities WHERE verdict = ? ORDER BY n", (row["verdict"],))
    return Verdict(
        relevant=bool(row["relevant"]),
        score=row["score"],
        phases=tuple(map(Phase, rows.strings(row["phases"]))),
        evidence=tuple(map(rows.evidence, proofs)),
        ruleset=row["ruleset"],
        countries=rows.strings(row["countries"]),
        entities=tuple(map(rows.entity, named)),
    )


def _kept(row: Row) -> Kept:
    pairs = tuple((name, value) for name, value in json.loads(row["headers"]))
    return Kept(row["url"], row["status"], pairs, rows.at(row["fetched"]), row["sha256"])
