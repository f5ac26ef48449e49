"""The ledger of figures: what each version says, and the claims of each story. All inside the open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sqlite3 import Row

from prrwatch.figures import Claim, claims, conflicts
from prrwatch.statements import Claimed
from storage import rows
from storage.store import Store

#: Dated claims of one topic and country that a new one is held against, the latest first.
_COMPARED = 100

_CLAIMS = """
    SELECT claims.*, figures.sentence, figures.quote, figures.start, figures."end" FROM claims
    JOIN claim_tellings ON claim_tellings.claim = claims.id AND claim_tellings.place = 0
    JOIN figures ON figures.version = claim_tellings.version AND figures.n = claim_tellings.n
"""


def file(store: Store, version: int, found: Iterable[Claimed]) -> None:
    """Keep the figures of one version in place of what was read in it before."""
    store.write("DELETE FROM figures WHERE version = ?", (version,))
    store.write_many(
        """
        INSERT INTO figures (version, n, number, quantifier, who, action, country, flow_or_stock, as_of_at,
            as_of_precision, as_of_raw, as_of_origin, claimant, sentence, quote, start, "end")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(version, n, *rows.claimed_values(each)) for n, each in enumerate(found)],
    )


def refresh(store: Store, story: str) -> None:
    """Make the claims of a story anew from the figures of its documents, and find what they contradict."""
    store.write("DELETE FROM claims WHERE story = ?", (story,))
    own = claims(story, map(rows.telling, _tellings(store, story)))
    store.write_many(
        """
        INSERT INTO claims (id, story, number, quantifier, who, action, country, flow_or_stock, as_of_at,
            as_of_precision, as_of_raw, as_of_origin, claimant, first_told, topic, refrain, stands)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        map(rows.claim_values, own),
    )
    store.write_many(
        "INSERT INTO claim_tellings (claim, place, version, n) VALUES (?, ?, ?, ?)",
        [(claim.id, place, each.version, each.n) for claim in own for place, each in enumerate(claim.tellings)],
    )
    store.write_many(
        "INSERT INTO claim_conflicts (claim, other) VALUES (?, ?)",
        [(first.id, other.id) for first, other in conflicts(own, _comparable(store, own))],
    )


def of_story(store: Store, story: str) -> tuple[Claim, ...]:
    """The claims of a story that stand, the first told first; without the list of their tellings."""
    found = store.query(f"{_CLAIMS} WHERE claims.story = ? AND stands ORDER BY first_told, claims.id", (story,))
    return tuple(rows.claim(row) for row in found)


def disputed(store: Store, claims_: Iterable[str]) -> frozenset[str]:
    """Those of the claims that another one contradicts."""
    found = store.query(
        """
        SELECT claim FROM claim_conflicts WHERE claim IN (SELECT value FROM json_each(:ids))
        UNION SELECT other FROM claim_conflicts WHERE other IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": rows.listed(claims_)},
    )
    return frozenset(row["claim"] for row in found)


def _tellings(store: Store, story: str) -> list[Row]:
    """The figures of a story with when they were told: by a first version when it was published, by others when read.

    An official document that does not say when it was published was there no later than those that tell the same.
    """
    return store.query(
        """
        SELECT figures.*, documents.id AS document, versions.id IS documents.version AS is_current,
            sources.kind = 'official' AS is_official,
            CASE
                WHEN versions.n > 1 THEN versions.fetched
                WHEN versions.published_at IS NOT NULL THEN versions.published_at
                WHEN sources.kind = 'official' AND earliest.at < documents.first_seen THEN earliest.at
                ELSE documents.first_seen
            END AS told
        FROM memberships
        JOIN documents ON documents.id = memberships.document
        JOIN versions ON versions.document = documents.id
        JOIN sources ON sources.id = documents.source
        JOIN figures ON figures.version = versions.id
        JOIN (
            SELECT min(versions.published_at) AS at FROM memberships
            JOIN documents ON documents.id = memberships.document
            JOIN versions ON versions.id = documents.version
            WHERE memberships.story = :story
        ) AS earliest
        WHERE memberships.story = :story AND documents.relevant = 1
        """,
        {"story": story},
    )


def _comparable(store: Store, own: Sequence[Claim]) -> list[Claim]:
    """Dated claims of other stories on the same topics and countries."""
    topics = {(claim.topic, claim.figure.country, claim.story) for claim in own if claim.stands and claim.figure.as_of}
    found = [
        store.query(
            f"""
            {_CLAIMS}
            WHERE claims.topic = ? AND claims.country IS ? AND claims.as_of_at IS NOT NULL AND claims.story <> ?
            ORDER BY claims.as_of_at DESC LIMIT ?
            """,
            (*topic, _COMPARED),
        )
        for topic in sorted(topics, key=str)
    ]
    return [rows.claim(row) for each in found for row in each]
