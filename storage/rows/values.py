"""Values that several tables hold: times, lists, stated dates, places in a text, reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from sqlite3 import Row

from prrwatch.crawl import Reason
from prrwatch.document import Dated, Precision


def time(at: datetime) -> str:
    """One form for all times, so that they sort as text: `2026-11-22T04:31:31.000000Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def time_or_none(at: datetime | None) -> str | None:
    """As `time`; unknown stays unknown."""
    return None if at is None else time(at)


def at(text: str) -> datetime:
    """The instant that `time` wrote."""
    return datetime.fromisoformat(text)


def at_or_none(text: str | None) -> datetime | None:
    """As `at`; unknown stays unknown."""
    return None if text is None else datetime.fromisoformat(text)


def listed(values: Iterable[str]) -> str:
    """A list as a JSON array."""
    return json.dumps(list(values), ensure_ascii=False)


def strings(text: str | None) -> tuple[str, ...]:
    """The list that `listed` wrote; none for none."""
    return tuple(json.loads(text)) if text else ()


def numbers(values: Iterable[int]) -> str:
    """Whole numbers as a JSON array, for `json_each`: a statement may bind only so many variables."""
    return json.dumps(list(values))


def dated_values(dated: Dated | None) -> tuple[str | None, str | None, str | None, str | None]:
    """The four columns of a stated date."""
    if dated is None:
        return (None, None, None, None)
    return (time(dated.at), dated.precision.value, dated.raw, dated.origin)


def dated(row: Row) -> Dated | None:
    """The stated date in the four columns `published_*`."""
    if row["published_at"] is None:
        return None
    precision = Precision(row["published_precision"])
    return Dated(at(row["published_at"]), precision, row["published_raw"], row["published_origin"])


def published_value(row: Row) -> str | None:
    """The stated date in ISO 8601, cut to what is known."""
    known = dated(row)
    return known.value if known else None


def reason(text: str | None) -> Reason | None:
    """The reason's code; none for none."""
    return Reason(text) if text else None
