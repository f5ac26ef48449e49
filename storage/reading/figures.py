"""The ledger of figures: who claims how many, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Row

from storage import rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, however many documents tell it."""

    claim: str
    number: int
    quantifier: str
    who: str
    action: str
    country: str | None
    stock: bool  #: a sum up to a day; else one event or span
    as_of: str | None  #: ISO 8601, cut to what is known
    claimant: str | None
    first_told: datetime
    url: str
    source: str
    sentence: str
    story: str
    documents: int
    stands: bool
    conflicts: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One claim as a drawing needs it."""

    number: int
    quantifier: str
    who: str
    action: str
    stock: bool
    on: date  #: the day that the claim speaks of; where it names none, the day on which it was first told
    dated: bool  #: it names a day
    conflict: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims that cannot both be true."""

    country: str | None
    who: str
    action: str
    as_of: str | None
    one: str  #: "exact 12", with its quantifier
    one_claimant: str | None
    one_story: str
    one_sentence: str
    other: str
    other_claimant: str | None
    other_story: str
    other_sentence: str


def countries(store: Store) -> tuple[tuple[str, int], ...]:
    """The countries of claims with their number of claims, the most first."""
    found = store.query(
        "SELECT country, count(*) AS n FROM claims WHERE country IS NOT NULL GROUP BY country ORDER BY n DESC, country"
    )
    return tuple((row["country"], row["n"]) for row in found)


def of_story(store: Store, story: str) -> tuple[Claim, ...]:
    """The claims that the documents of a story make, at most 60."""
    found = store.query(
        "SELECT * FROM figures_ledger WHERE story = ? ORDER BY stands DESC, documents DESC, number DESC LIMIT 60",
        (story,),
    )
    return tuple(_claim(row) for row in found)


def ledger(store: Store, country: str, actions: Iterable[str], limit: int) -> tuple[Claim, ...]:
    """The claims about a country's people (any, when empty) and these actions, the latest told first."""
    found = store.query(
        """
        SELECT figures_ledger.* FROM (
            SELECT id, first_told FROM claims
            WHERE (:country = '' OR country = :country) AND action IN (SELECT value FROM json_each(:actions))
            ORDER BY first_told DESC, id LIMIT :limit
        ) AS picked CROSS JOIN figures_ledger ON figures_ledger.claim = picked.id
        ORDER BY picked.first_told DESC, picked.id
        """,
        {"country": country, "actions": rows.listed(actions), "limit": limit},
    )
    return tuple(_claim(row) for row in found)


def drawn(store: Store, country: str, actions: Iterable[str], limit: int) -> tuple[Sign, ...]:
    """The claims that still stand, as `ledger`, without their words: the latest told."""
    found = store.query(
        """
        SELECT number, quantifier, who, action, flow_or_stock = 'stock' AS stock,
            coalesce(as_of_at, first_told) AS at, as_of_at IS NOT NULL AS dated,
            EXISTS (SELECT 1 FROM claim_conflicts WHERE claim = picked.id)
                OR EXISTS (SELECT 1 FROM claim_conflicts WHERE other = picked.id) AS conflict
        FROM (
            SELECT * FROM claims
            WHERE stands AND (:country = '' OR country = :country) AND action IN (SELECT value FROM json_each(:actions))
            ORDER BY first_told DESC, id LIMIT :limit
        ) AS picked
        """,
        {"country": country, "actions": rows.listed(actions), "limit": limit},
    )
    return tuple(
        Sign(
            row["number"],
            row["quantifier"],
            row["who"],
            row["action"],
            bool(row["stock"]),
            rows.at(row["at"]).date(),
            bool(row["dated"]),
            bool(row["conflict"]),
        )
        for row in found
    )


def conflicts(store: Store, country: str, limit: int) -> tuple[Conflict, ...]:
    """Pairs of claims about a country's people (any, when empty) that cannot both be true."""
    found = store.query(
        "SELECT * FROM figure_conflicts WHERE :country = '' OR country = :country LIMIT :limit",
        {"country": country, "limit": limit},
    )
    return tuple(_conflict(row) for row in found)


def _claim(row: Row) -> Claim:
    return Claim(
        row["claim"],
        row["number"],
        row["quantifier"],
        row["who"],
        row["action"],
        row["country"],
        row["flow_or_stock"] == "stock",
        row["as_of"],
        row["claimant"],
        rows.at(row["first_told"]),
        row["url"],
        row["source"],
        row["sentence"],
        row["story"],
        row["documents"],
        bool(row["stands"]),
        row["conflicts"],
    )


def _conflict(row: Row) -> Conflict:
    return Conflict(
        row["country"],
        row["who"],
        row["action"],
        row["as_of"],
        _amount(row["quantifier"], row["number"]),
        row["claimant"],
        row["story"],
        row["sentence"],
        _amount(row["other_quantifier"], row["other_number"]),
        row["other_claimant"],
        row["other_story"],
        row["other_sentence"],
    )


def _amount(quantifier: str, number: int) -> str:
    return f"{number:,}" if quantifier == "exact" else f"{quantifier} {number:,}"
