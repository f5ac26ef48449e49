"""Rows to records and back. The only place that knows both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from pydantic import TypeAdapter

from prrwatch.alert import Alert, AlertKind, Delivery
from prrwatch.crawl import HostClock, Reason, Validators, WayRead
from prrwatch.document import Dated, Document, Extraction, Item, Precision
from prrwatch.health import PassHistory, SourceHealth, State, WayHealth
from prrwatch.source import Kind, Source
from prrwatch.stories import Candidate, Sketch
from prrwatch.story import Member
from prrwatch.verdict import Entity, Evidence, Field, Verdict
from storage.records import (
    AlertRow,
    DeliveryState,
    DocumentRow,
    Hit,
    Listed,
    Run,
    StoredDocument,
    StoryRow,
    Told,
)

_SOURCE = TypeAdapter(Source)


# values ---------------------------------------------------------------------------------------------------------------


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


# sources and passes ---------------------------------------------------------------------------------------------------


def source_definition(source: Source) -> str:
    """A catalogue entry as JSON."""
    return _SOURCE.dump_json(source).decode()


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
    return PassHistory(row["id"], started, ended, row["failures"], at_or_none(row["retry_at"]))


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
    }


def way_health_values(way: WayHealth) -> tuple[Any, ...]:
    """The columns of a way's state."""
    return (way.way, way.url, way.state.value, way.reason, way.detail, time_or_none(way.at))


def told(row: Row) -> Told:
    """What the operators were last told of a source."""
    return Told(row["source"], State(row["told_state"]), reason(row["told_reason"]), at(row["told_at"]))


# documents ------------------------------------------------------------------------------------------------------------


def document(row: Row) -> Document:
    """A document in its current version. The other URLs that the page named are kept as keys only."""
    return Document(
        key=row["key"],
        url=row["url"],
        source=row["source"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=dated(row),
        issuer=row["issuer"],
        fetched=at(row["fetched"]),
        media_type=row["media_type"],
        extraction=Extraction(row["extraction"]),
    )


def version_values(document: Document) -> tuple[Any, ...]:
    """The columns of a version, from title to extraction."""
    return (
        document.title,
        document.text,
        document.language,
        *dated_values(document.published),
        document.issuer,
        time(document.fetched),
        document.media_type,
        document.extraction.value,
    )


def stored_document(row: Row) -> StoredDocument:
    """A document with what judging needs beside it."""
    return StoredDocument(
        id=row["document"],
        version=row["version"],
        n=row["n"],
        document=document(row),
        previous=row["previous"],
        baseline=bool(row["baseline"]),
        judged_before=bool(row["judged_before"]),
        story=row["story"],
    )


def verdict_values(verdict: Verdict) -> tuple[Any, ...]:
    """The columns of a verdict, from ruleset to countries."""
    phases, countries = listed(verdict.phases), listed(verdict.countries)
    return (verdict.ruleset, verdict.relevant, verdict.score, phases, countries)


def place_values(place: Evidence | Entity) -> tuple[Any, ...]:
    """The columns of a place in a document: what was found, field, quote, start, end."""
    found = place.rule if isinstance(place, Evidence) else place.id
    return (found, place.field.value, place.quote, place.start, place.end)


def evidence(row: Row) -> Evidence:
    """A place that a rule matched."""
    return Evidence(row["rule"], row["quote"], row["start"], row["end"], Field(row["field"]))


def entity(row: Row) -> Entity:
    """A named body, person, operation or place where it stands."""
    return Entity(row["entity"], row["quote"], row["start"], row["end"], Field(row["field"]))


# stories --------------------------------------------------------------------------------------------------------------


def member(row: Row, proofs: Sequence[Evidence], named: Sequence[Entity]) -> Member:
    """A document of a story."""
    return Member(
        document=row["document"],
        url=row["url"],
        source=row["source"],
        source_name=row["source_name"],
        kind=Kind(row["kind"]),
        title=row["title"],
        language=row["language"],
        published=dated(row),
        issuer=row["issuer"],
        fetched=at(row["fetched"]),
        text=row["text"],
        evidence=tuple(proofs),
        entities=tuple(named),
        why=row["why"],
        state=row["state"],
    )


def candidate(row: Row) -> Candidate:
    """A filed document that may tell the same event."""
    hashes = tuple(sorted(json.loads(row["hashes"])))
    return Candidate(row["story"], row["url"], Sketch(hashes, row["shingles"]))


# alerts ---------------------------------------------------------------------------------------------------------------


def alert(row: Row) -> Alert:
    """A decision to tell."""
    return Alert(
        token=row["token"],
        kind=AlertKind(row["kind"]),
        subscription=row["subscription"],
        channel=row["channel"],
        stories=strings(row["stories"]),
        subject=row["subject"],
        body=row["body"],
        not_before=at_or_none(row["not_before"]),
    )


def delivery(row: Row) -> Delivery:
    """A leased row of the outbox."""
    return Delivery(row["id"], alert(row), row["recipient"], row["attempts"], at(row["created"]))


def listed_delivery(row: Row) -> Listed:
    """A line of the delivery log."""
    return Listed(
        message=row["token"],
        kind=AlertKind(row["kind"]),
        subscription=row["subscription"],
        channel=row["channel"],
        recipient=row["label"],
        stories=strings(row["stories"]),
        subject=row["subject"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_try=at(row["next_try"]),
        outcome=row["outcome"],
        answer=row["answer"],
        created=at(row["created"]),
        accepted_at=at_or_none(row["accepted_at"]),
    )


# for people -----------------------------------------------------------------------------------------------------------


def hit(row: Row) -> Hit:
    """A document that a search found."""
    judged = None if row["relevant"] is None else bool(row["relevant"])
    return Hit(
        row["document"], row["url"], row["source"], row["title"], published_value(row), at(row["first_seen"]),
        judged, row["story"], row["snippet"],
    )  # fmt: skip


def document_row(row: Row) -> DocumentRow:
    """A document as exported."""
    return DocumentRow(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        published=published_value(row),
        relevant=None if row["relevant"] is None else bool(row["relevant"]),
        score=row["score"],
        story=row["story"],
        versions=row["n"],
        state=row["state"],
        language=row["language"],
        issuer=row["issuer"],
        phases=strings(row["phases"]),
        countries=strings(row["countries"]),
        first_seen=row["first_seen"],
        fetched=row["fetched"],
    )


def story_row(row: Row) -> StoryRow:
    """A story as exported."""
    return StoryRow(
        story=row["story"],
        title=row["title"],
        primary_url=row["primary_url"],
        documents=row["documents"],
        opened=row["opened"],
        score=row["score"],
        phases=strings(row["phases"]),
        countries=strings(row["countries"]),
    )


def alert_row(row: Row) -> AlertRow:
    """One message to one recipient as exported."""
    stories = strings(row["stories"])
    return AlertRow(
        message=row["message"],
        kind=row["kind"],
        story=stories[0] if stories else None,
        subscription=row["subscription"],
        channel=row["channel"],
        state="waiting" if row["state"] == DeliveryState.LEASED else row["state"],
        attempts=row["attempts"],
        accepted_at=row["accepted_at"],
        recipient=row["recipient"],
        stories=stories,
        created=row["created"],
    )
