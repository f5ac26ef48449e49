"""Stories: what may tell the same event, who tells it, and to whom it was told.

Two stories that turn out to be one, and a document that turns out to belong elsewhere, come from `storage.regrouping`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from sqlite3 import Row

from prrwatch.alert import Alert, Recipient
from prrwatch.stories import Candidate, Rarity
from prrwatch.story import Member, Story
from prrwatch.verdict import Phase
from storage import figures, muting, outbox, rows, statements
from storage.records import KeptBack
from storage.regrouping import merge, move, split, surviving
from storage.store import Store

__all__ = [
    "candidates",
    "latest",
    "mark_summarised",
    "members",
    "merge",
    "move",
    "news_since",
    "rarity",
    "split",
    "stories_since",
    "story",
    "surviving",
    "told",
    "untold_baseline",
]

#: A hash or key that more documents share is a menu or a standing phrase; so many of them are looked at and no more.
_PER_HASH = 100


def rarity(store: Store, words: Iterable[str]) -> Rarity:
    """In how many of the filed documents each of these words stands."""
    found = store.query(
        "SELECT word, documents FROM told_words WHERE word IN (SELECT value FROM json_each(?))",
        (rows.listed(["", *words]),),
    )
    counts = {row["word"]: row["documents"] for row in found}
    return Rarity(counts.pop("", 0), counts)


def candidates(store: Store, hashes: Sequence[int], keys: Sequence[int] = (), limit: int = 25) -> tuple[Candidate, ...]:
    """The filed documents that share most hashes with a newcomer, and most of its keys: at most `limit` of each."""
    copies = _sharing(
        store, "SELECT document FROM sketch_hashes WHERE hash = held.value ORDER BY document LIMIT :most", hashes
    )
    tellers = _sharing(
        store, "SELECT document FROM fingerprint_keys WHERE key = held.value ORDER BY document DESC LIMIT :most", keys
    )
    return _candidates(store, dict.fromkeys((*_first(copies, limit), *_first(tellers, limit))), copies)


def members(store: Store, story_id: str, limit: int) -> tuple[Candidate, ...]:
    """The first `limit` documents of a story as they are compared."""
    found = store.query("SELECT document FROM memberships WHERE story = ? ORDER BY document LIMIT ?", (story_id, limit))
    documents = [row["document"] for row in found]
    return _candidates(store, documents, documents)


def _candidates(store: Store, documents: Iterable[int], worded: Iterable[int]) -> tuple[Candidate, ...]:
    """Their wording is read of those that share any of it, `worded`; of the others it would say nothing."""
    found = store.query(
        """
        SELECT memberships.story, documents.url, sketches.shingles, fingerprints.body,
            (
                SELECT json_group_array(hash) FROM sketch_hashes
                WHERE sketch_hashes.document = documents.id AND documents.id IN (SELECT value FROM json_each(:worded))
            ) AS hashes
        FROM json_each(:documents) AS best
        JOIN documents ON documents.id = best.value
        JOIN memberships ON memberships.document = documents.id
        JOIN sketches ON sketches.document = documents.id
        LEFT JOIN fingerprints ON fingerprints.document = documents.id
        ORDER BY best.key
        """,
        {"documents": rows.numbers(documents), "worded": rows.numbers(worded)},
    )
    return tuple(rows.candidate(row) for row in found)


def _sharing(store: Store, holders: str, values: Sequence[int]) -> dict[int, float]:
    """The documents that hold any of the values; a value that few hold counts more.

    One statement for all values: one for each of 200 took a third of the time of assigning a document.
    """
    found = store.query(
        f"SELECT (SELECT group_concat(document) FROM ({holders})) AS documents FROM json_each(:values) AS held",  # noqa: S608  constants of this module
        {"values": rows.numbers(values), "most": _PER_HASH},
    )
    shared: dict[int, float] = defaultdict(float)
    for row in found:
        documents = row["documents"].split(",") if row["documents"] else ()
        weight = 1 + 1 / (len(documents) or 1)
        for document in documents:
            shared[document] += weight
    return {int(document): weight for document, weight in shared.items()}


def _first(shared: Mapping[int, float], limit: int) -> list[int]:
    return [document for _, document in nsmallest(limit, ((-weight, document) for document, weight in shared.items()))]


def story(store: Store, story_id: str) -> Story | None:
    """The story with its documents: the official issuer's first, then by date; None when no document tells it.

    Documents that changed rules no longer find relevant are left out, unless they are all there is. The id of a story
    that was merged into another gives that one.
    """
    story_id = surviving(store, story_id) or story_id
    opened = store.first("SELECT opened FROM stories WHERE id = ?", (story_id,))
    found = store.query(
        """
        SELECT story_members.document, story_members.relevant, story_members.why, documents.url, documents.source,
            documents.state, documents.verdict, sources.name AS source_name, sources.kind, versions.*,
            verdicts.score, verdicts.phases, verdicts.countries
        FROM story_members
        JOIN documents ON documents.id = story_members.document
        JOIN sources ON sources.id = documents.source
        JOIN versions ON versions.id = documents.version
        LEFT JOIN verdicts ON verdicts.id = documents.verdict
        WHERE story_members.story = ? ORDER BY story_members.place
        """,
        (story_id,),
    )
    members = [row for row in found if row["relevant"]] or found
    if opened is None or not members:
        return None
    return Story(
        id=story_id,
        opened=rows.at(opened["opened"]),
        members=tuple(_member(store, row) for row in members),
        phases=_phases(members),
        countries=tuple(sorted({each for row in members for each in rows.strings(row["countries"])})),
        score=max(row["score"] or 0.0 for row in members),
        facts=statements.facts_of(store, story_id),
        claims=(claims := figures.of_story(store, story_id)),
        disputed=figures.disputed(store, (claim.id for claim in claims)),
    )


def told(store: Store, story_id: str) -> frozenset[str]:
    """The subscriptions that have been told of the story, or are about to be.

    Who was told of a story that was merged into it is among them, and who was told of one of its documents while that
    was in another story.
    """
    found = store.query(
        """
        SELECT subscription FROM alert_stories JOIN alerts ON alerts.token = alert
        WHERE story IN (SELECT :story UNION SELECT id FROM stories WHERE merged_into = :story)
        UNION
        SELECT subscription FROM memberships
        JOIN past_memberships AS past ON past.document = memberships.document
        JOIN alert_stories ON alert_stories.story = past.story
        JOIN alerts ON alerts.token = alert AND alerts.created BETWEEN past.since AND past.until
        WHERE memberships.story = :story
        """,
        {"story": story_id},
    )
    return frozenset(row["subscription"] for row in found)


def untold_baseline(store: Store) -> tuple[str, ...]:
    """The stories that were there before we began to watch, that are relevant, and that no summary covered yet."""
    found = store.query(
        """
        SELECT id FROM stories
        WHERE summarised_at IS NULL
            AND EXISTS (
                SELECT 1 FROM memberships JOIN documents ON documents.id = document
                WHERE story = stories.id AND relevant = 1)
            AND NOT EXISTS (
                SELECT 1 FROM memberships JOIN documents ON documents.id = document
                WHERE story = stories.id AND baseline = 0)
        ORDER BY opened, id
        """
    )
    return tuple(row["id"] for row in found)


def mark_summarised(
    store: Store,
    story_ids: Iterable[str],
    alerts: Iterable[tuple[Alert, Sequence[Recipient]]],
    kept_back: Iterable[KeptBack],
    now: datetime,
) -> None:
    """Enqueue the summaries that cover the stories and note that they do, in one transaction.

    Stories that nobody wants to hear of are covered too, by no message.
    """
    with store.transaction():
        outbox.add(store, alerts, now)
        muting.keep_back(store, kept_back, now)
        store.write(
            """
            UPDATE stories SET summarised_at = ?
            WHERE summarised_at IS NULL AND id IN (SELECT value FROM json_each(?))
            """,
            (rows.time(now), rows.listed(story_ids)),
        )


def latest(store: Store, limit: int) -> tuple[str, ...]:
    """The relevant stories that opened last, the newest first."""
    found = store.query("SELECT story FROM stories_now ORDER BY opened DESC, story LIMIT ?", (limit,))
    return tuple(row["story"] for row in found)


def news_since(store: Store, since: datetime, until: datetime) -> tuple[str, ...]:
    """The relevant stories that opened from `since` to before `until` and were not there before we began to watch."""
    found = store.query(
        """
        SELECT DISTINCT stories.id, stories.opened FROM stories
        JOIN memberships ON memberships.story = stories.id
        JOIN documents ON documents.id = memberships.document
        WHERE opened >= ? AND opened < ? AND documents.relevant = 1 AND baseline = 0 ORDER BY opened, stories.id
        """,
        (rows.time(since), rows.time(until)),
    )
    return tuple(row["id"] for row in found)


def stories_since(store: Store, since: datetime, until: datetime) -> tuple[str, ...]:
    """The relevant stories that a document opened or joined from `since` to before `until`, the oldest first."""
    found = store.query(
        """
        SELECT DISTINCT stories.id, stories.opened FROM memberships
        JOIN stories ON stories.id = memberships.story
        JOIN documents ON documents.id = memberships.document
        WHERE joined >= ? AND joined < ? AND documents.relevant = 1 ORDER BY stories.opened, stories.id
        """,
        (rows.time(since), rows.time(until)),
    )
    return tuple(row["id"] for row in found)


def _member(store: Store, row: Row) -> Member:
    proofs = store.query("SELECT * FROM evidence WHERE verdict = ? ORDER BY n", (row["verdict"],))
    named = store.query("SELECT * FROM entities WHERE verdict = ? ORDER BY n", (row["verdict"],))
    return rows.member(row, [rows.evidence(each) for each in proofs], [rows.entity(each) for each in named])


def _phases(members: Sequence[Row]) -> tuple[Phase, ...]:
    found = {each for row in members for each in rows.strings(row["phases"])}
    return tuple(phase for phase in Phase if phase in found)
