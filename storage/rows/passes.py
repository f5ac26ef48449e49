"""Sources, their health, their passes, and what they listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Row
from typing import Any

from pydantic import TypeAdapter

from prrwatch.crawl import HostClock, Validators, WayRead
from prrwatch.document import Item
from prrwatch.health import PassHistory, SourceHealth, State, WayHealth
from prrwatch.source import Source
from storage.records import (
    Run,
    Told,
)
from storage.rows.values import at, at_or_none, dated, dated_values, reason, time_or_none

_SOURCE = TypeAdapter(Source)


def source_definition(source: Source) -> str:
    """A catalogue entry as JSON."""
    return _SOURCE.dump_json(source).decode()


def wanted(definition: str) -> tuple[object, object]:
    """Where a catalogue entry looks for articles and what it takes for one; readable also where kinds were renamed."""
    entry = json.loads(definition)
    return entry.get("ways"), entry.get("article")


def source(row: Row) -> Source:
    """The catalogue entry in the column `definition`."""
    return _SOURCE.validate_json(row["definition"])


def item(row: Row) -> Item:
    """A sighting as the item it was listed as."""
    return Item(row["url"], row["key"], row["title"], dated(row), row["summary"])


def item_values(item: Item) -> dict[str, str | None]:
    """The columns of an item."""
    at, precision, raw, origin = dated_values(item.published)
    return {
        "key": item.key,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "published_at": at,
        "published_precision": precision,
        "published_raw": raw,
        "published_origin": origin,
    }


def headers(pairs: Iterable[tuple[str, str]]) -> str:
    """HTTP headers as a JSON array of pairs: a name may come twice."""
    return json.dumps([list(pair) for pair in pairs], ensure_ascii=False)


def header(listed: str, name: str) -> str:
    """The first header of that name (in lower case) among those that `headers` listed; "" without one."""
    pairs: list[list[str]] = json.loads(listed)
    return next((value for each, value in pairs if each.lower() == name), "")


def validators(row: Row) -> Validators:
    """What a URL answered with."""
    return Validators(row["url"], row["etag"], row["last_modified"])


def host_clock(row: Row) -> HostClock:
    """A host that asked for patience."""
    return HostClock(row["host"], at(row["not_before"]))


def way_read(row: Row) -> WayRead:
    """A way as it was tried; its items are rows of `sightings` and do not come back."""
    return WayRead(
        row["run"], row["source"], row["way"], row["url"], at(row["at"]),
        unchanged=bool(row["unchanged"]), failure=reason(row["failure"]), detail=row["detail"],
    )  # fmt: skip


def run(row: Row) -> Run:
    """A pass over a source."""
    ok = None if row["ok"] is None else bool(row["ok"])
    started, ended = at(row["started"]), at_or_none(row["ended"])
    return Run(
        row["job"], row["source"], started, ended, row["requests"], row["bytes"], row["fetched"], row["cut_short"], ok
    )


def pass_history(row: Row) -> PassHistory:
    """What planning needs to know of a source's past."""
    started, ended = at_or_none(row["started"]), at_or_none(row["ended"])
    retry_at, planned = at_or_none(row["retry_at"]), at_or_none(row["planned"])
    return PassHistory(row["id"], started, ended, row["failures"], retry_at, planned)


def way_health(row: Row) -> WayHealth:
    """A way of a source as it was last tried."""
    return WayHealth(
        row["way"], row["url"], State(row["state"]), reason(row["reason"]), row["detail"], at_or_none(row["at"])
    )


def source_health(row: Row, ways: Sequence[WayHealth]) -> SourceHealth:
    """The state of a source."""
    return SourceHealth(
        id=row["source"],
        state=State(row["state"]),
        reason=reason(row["reason"]),
        detail=row["detail"],
        since=at_or_none(row["since"]),
        last_read=at_or_none(row["last_read"]),
        last_new=at_or_none(row["last_new"]),
        failures=row["failures"],
        ways=tuple(ways),
        good=row["good"],
    )


def source_health_values(health: SourceHealth) -> dict[str, Any]:
    """The columns of a source's state."""
    return {
        "source": health.id,
        "state": health.state.value,
        "reason": health.reason,
        "detail": health.detail,
        "since": time_or_none(health.since),
        "last_read": time_or_none(health.last_read),
        "last_new": time_or_none(health.last_new),
        "failures": health.failures,
        "good": health.good,
    }


def way_health_values(way: WayHealth) -> tuple[Any, ...]:
    """The columns of a way's state."""
    return (way.way, way.url, way.state.value, way.reason, way.detail, time_or_none(way.at))


def told(row: Row) -> Told:
    """What the operators were last told of a source."""
    return Told(row["source"], State(row["told_state"]), reason(row["told_reason"]), at(row["told_at"]))
