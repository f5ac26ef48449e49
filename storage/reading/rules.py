"""How the rules fare: what people said of their finds, what was nearly found, what their last change did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Near:
    """A document just below the line."""

    document: int
    url: str
    source: str
    title: str | None
    language: str | None
    first_seen: datetime
    score: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of one time and how much they judged."""

    fingerprint: str
    documents: int
    relevant: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Flip:
    """A document on which two rulesets differ."""

    document: int
    url: str
    title: str | None
    language: str | None
    before: float
    now: float


def near_misses(store: Store, limit: int) -> tuple[Near, ...]:
    """What the rules found something in, but not enough; the highest scores first."""
    found = store.query("SELECT * FROM near_misses ORDER BY score DESC LIMIT ?", (limit,))
    return tuple(
        Near(
            row["id"],
            row["url"],
            row["source"],
            row["title"],
            row["language"],
            rows.at(row["first_seen"]),
            row["score"],
            rows.strings(row["rules"]),
        )
        for row in found
    )


def rulesets(store: Store) -> tuple[Ruleset, ...]:
    """The rulesets whose verdicts the store holds, the one that judged last first."""
    found = store.query(
        """
        SELECT judged.ruleset, judged.documents, judged.relevant, first.at AS first, last.at AS last
        FROM (
            SELECT ruleset, count(*) AS documents, sum(relevant) AS relevant, min(id) AS first, max(id) AS last
            FROM verdicts GROUP BY ruleset
        ) AS judged
        JOIN verdicts AS first ON first.id = judged.first
        JOIN verdicts AS last ON last.id = judged.last
        ORDER BY judged.last DESC LIMIT 10
        """
    )
    return tuple(
        Ruleset(row["ruleset"], row["documents"], row["relevant"], rows.at(row["first"]), rows.at(row["last"]))
        for row in found
    )


def flips(store: Store, before: str, now: str, *, to: bool, limit: int) -> tuple[Flip, ...]:
    """Documents in their current version that `before` judged otherwise than `now`, and which are now `to`."""
    found = store.query(
        """
        SELECT documents.id, documents.url, versions.title, versions.language, old.score AS before, new.score AS now
        FROM verdicts AS one
        JOIN verdicts AS other ON other.version = one.version AND other.ruleset = :other AND other.relevant = 0
        JOIN verdicts AS old ON old.version = one.version AND old.ruleset = :before
        JOIN verdicts AS new ON new.version = one.version AND new.ruleset = :now
        JOIN versions ON versions.id = one.version
        JOIN documents ON documents.version = versions.id
        WHERE one.ruleset = :one AND one.relevant = 1 ORDER BY documents.id DESC LIMIT :limit
        """,
        {
            "before": before,
            "now": now,
            "one": now if to else before,
            "other": before if to else now,
            "limit": limit,
        },
    )
    return tuple(Flip(*row) for row in found)
