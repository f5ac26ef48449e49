"""Figures, claims, events, and what stories say in all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from sqlite3 import Row
from typing import Any

from prrwatch.document import Dated, Precision
from prrwatch.events import Event, Kind, KnownEvent, Mention, Occasion, Status
from prrwatch.figures import Action, Claim, Figure, Measure, Quantifier, Telling, Who
from prrwatch.lending import Teller
from prrwatch.statements import Claimed
from prrwatch.verdict import Field
from storage.exported import EventRow, FigureRow
from storage.rows.values import at, dated, dated_values, listed, strings, time


def claimed_values(claimed: Claimed) -> tuple[Any, ...]:
    """The columns of a figure, from number to end."""
    figure = claimed.figure
    place = (figure.sentence, figure.quote, figure.start, figure.end)
    return (*_said(figure), *dated_values(figure.as_of), claimed.claimant, *place)


def claimed(row: Row) -> Claimed:
    """A figure of a version, with who says so."""
    return Claimed(_figure(row), row["claimant"])


def claim_values(claim: Claim) -> tuple[Any, ...]:
    """The columns of a claim, all of them."""
    said = (*_said(claim.figure), *dated_values(claim.figure.as_of), claim.claimant)
    return (claim.id, claim.story, *said, time(claim.first_told), claim.topic, claim.refrain, claim.stands)


def telling(row: Row) -> Telling:
    """A figure where it stands, with the columns `document`, `told` and `is_current`."""
    return Telling(
        figure=_figure(row),
        claimant=row["claimant"],
        document=row["document"],
        version=row["version"],
        n=row["n"],
        told=at(row["told"]),
        is_current=bool(row["is_current"]),
        is_official=bool(row["is_official"]),
    )


def claim(row: Row) -> Claim:
    """A claim joined to the figure that told it first; without the list of its tellings."""
    first = at(row["first_told"])
    return Claim(row["id"], row["story"], _figure(row), row["claimant"], first, bool(row["stands"]))


def event_values(event: Event) -> tuple[Any, ...]:
    """The columns of an event's mention, from name to quote_end."""
    start = event.start
    return (
        event.name,
        event.kind.value,
        event.status.value,
        start.value[:10] if start else None,
        start.raw if start else None,
        start.origin if start else None,
        event.end.value[:10] if event.end else None,
        event.place,
        listed(event.organisers),
        event.field.value,
        event.quote,
        event.quote_start,
        event.quote_end,
    )


def event(row: Row) -> Event:
    """An event as one version tells it. Of its last day only the day is kept, not its words."""
    return Event(
        name=row["name"],
        kind=Kind(row["kind"]),
        start=_day(row["start"], row["start_raw"], row["start_origin"]),
        end=_day(row["end"], row["end"], "text"),
        place=row["place"],
        organisers=strings(row["organisers"]),
        status=Status(row["status"]),
        quote=row["quote"],
        quote_start=row["quote_start"],
        quote_end=row["quote_end"],
        field=Field(row["field"]),
    )


def mention(row: Row) -> Mention:
    """An event's mention, with the columns `document`, `told`, `is_current` and `is_official`."""
    return Mention(
        event=event(row),
        document=row["document"],
        version=row["version"],
        n=row["n"],
        told=at(row["told"]),
        is_current=bool(row["is_current"]),
        is_official=bool(row["is_official"]),
    )


def occasion_values(occasion: Occasion) -> tuple[Any, ...]:
    """The columns of an occasion, from name to reported_by."""
    days = (occasion.start, occasion.end, occasion.first_start)
    return (
        occasion.name,
        occasion.kind.value,
        occasion.status.value,
        *(each.isoformat() if each else None for each in days),
        occasion.place,
        listed(occasion.organisers),
        occasion.announced_by,
        occasion.reported_by,
    )


def occasion(row: Row) -> Occasion:
    """An event with what is known of it, from a row of `occasions`."""
    return _occasion(row, row["id"], row["announced_by"], row["reported_by"])


def known_event(row: Row) -> KnownEvent:
    """An event as calendars and exports need it, from a row of the view `events`."""
    return KnownEvent(
        occasion=_occasion(row, row["event"]),
        announced_url=row["announced_url"],
        reported_url=row["reported_url"],
        stories=strings(row["stories"]),
        documents=row["documents"],
        sequence=row["sequence"],
        opened=at(row["opened"]),
        changed=at(row["changed"]),
    )


def teller(row: Row, events: tuple[tuple[str, Event], ...]) -> Teller:
    """A document of a story, as far as it may lend facts."""
    return Teller(row["document"], dated(row), row["issuer"], row["why"].startswith("copy of "), events)


def _occasion(row: Row, identity: str, announced_by: int | None = None, reported_by: int | None = None) -> Occasion:
    start, end, first = (date.fromisoformat(row[key]) if row[key] else None for key in ("start", "end", "first_start"))
    return Occasion(
        id=identity,
        name=row["name"],
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        start=start,
        end=end,
        first_start=first,
        place=row["place"],
        organisers=strings(row["organisers"]),
        announced_by=announced_by,
        reported_by=reported_by,
    )


def figure_row(row: Row) -> FigureRow:
    """A claim as exported, from a row of the view `figures_ledger`."""
    listed_ids = {key: strings(row[key]) for key in ("restated_by", "restates")}
    plain = {key: row[key] for key in row.keys() if key in FigureRow.__slots__ and key not in listed_ids}  # noqa: SIM118
    return FigureRow(**(plain | listed_ids | {"stands": bool(row["stands"])}))


def event_row(row: Row) -> EventRow:
    """An event as exported, from a row of the view `events`."""
    lists = {key: strings(row[key]) for key in ("organisers", "stories")}
    return EventRow(**({key: row[key] for key in row.keys()} | lists))  # noqa: SIM118  a row has no iterator of keys


def _said(figure: Figure) -> tuple[Any, ...]:
    quantifier, who, action = figure.quantifier.value, figure.who.value, figure.action.value
    return (figure.number, quantifier, who, action, figure.country, figure.measure.value)


def _figure(row: Row) -> Figure:
    return Figure(
        number=row["number"],
        quantifier=Quantifier(row["quantifier"]),
        who=Who(row["who"]),
        country=row["country"],
        action=Action(row["action"]),
        measure=Measure(row["flow_or_stock"]),
        as_of=_as_of(row),
        quote=row["quote"],
        start=row["start"],
        end=row["end"],
        sentence=row["sentence"],
    )


def _as_of(row: Row) -> Dated | None:
    if row["as_of_at"] is None:
        return None
    return Dated(at(row["as_of_at"]), Precision(row["as_of_precision"]), row["as_of_raw"], row["as_of_origin"])


def _day(value: str | None, raw: str | None, origin: str | None) -> Dated | None:
    if value is None:
        return None
    return Dated(datetime.fromisoformat(value).replace(tzinfo=UTC), Precision.DAY, raw or value, origin or "text")
