"""Rhythms and listings, as the planner keeps them: JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from prrwatch.document import Dated, Item, Precision
from prrwatch.planning import Rhythm
from prrwatch.planning.clock import SLOTS
from storage.rows.values import at, time

_RHYTHM = TypeAdapter(Rhythm)
#: A sitemap lists years; of it the latest are enough to tell whether two looks overlap.
_MOST = 300
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def rhythm_text(rhythm: Rhythm) -> str:
    """A rhythm as JSON."""
    return _RHYTHM.dump_json(rhythm).decode()


def rhythm_of(text: str) -> Rhythm:
    """The rhythm that `rhythm_text` wrote; `{}` knows nothing. Coarser counts of hours are spread evenly."""
    rhythm = _RHYTHM.validate_json(text)
    parts, rest = divmod(SLOTS, len(rhythm.slots))
    if rest:
        return replace(rhythm, slots=Rhythm().slots)
    return rhythm if parts == 1 else replace(rhythm, slots=tuple(n / parts for n in rhythm.slots for _ in range(parts)))


def listing(items: Sequence[Item]) -> str:
    """Keys and dates of the latest items of a listing, in its order, undated ones first to go."""
    kept = items
    if len(items) > _MOST:
        latest = sorted(items, key=lambda item: item.published.at if item.published else _LONG_AGO, reverse=True)
        keys = {item.key for item in latest[:_MOST]}
        kept = [item for item in items if item.key in keys]
    return json.dumps([_row(item) for item in kept], ensure_ascii=False)


def listing_of(text: str) -> tuple[Item, ...]:
    """What `listing` wrote, as far as two looks are compared by it."""
    return tuple(Item("", key, published=_dated(*dated)) for key, *dated in json.loads(text))


def _row(item: Item) -> list[str]:
    stated = item.published
    return [item.key] if stated is None else [item.key, time(stated.at), stated.precision.value]


def _dated(stated: str | None = None, precision: str = "") -> Dated | None:
    return None if stated is None else Dated(at(stated), Precision(precision), "", "")
