"""`prrwatch figures`: the claims and the events of documents that did not come from our own crawl."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from scheduler import clock, lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.document import Dated
    from prrwatch.events import Event
    from prrwatch.figures import Figure


@click.command("figures")
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines (the only form so far).")
@chosen
def command(_: Chosen, *, jsonl: bool) -> None:
    """Read documents from stdin, one JSON object a line: {id, text, title?, language?, published?}.

    Writes {id, figures, events} a line: how many of whom did what, as of when, says who; and which meetings, hearings
    and flights the document is about. Offsets count Unicode code points of `text`, of an event's `field`.
    """
    from prrwatch import language
    from prrwatch.events import events
    from prrwatch.figures import claimant, figures

    del jsonl
    for record in lines.objects(sys.stdin.buffer, texts=("text",)):
        text, title = record["text"], _words(record, "title")
        spoken = _words(record, "language") or language.of(text)
        published = _published(_words(record, "published"), clock.now())
        lines.write(
            {
                "id": record.get("id"),
                "figures": [
                    _figure(each) | {"claimant": claimant(each.sentence, spoken)}
                    for each in figures(text, spoken, published, title=title)
                ],
                "events": [_event(each) for each in events(title, text, spoken, published)],
            }
        )


def _words(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) and value else None


def _published(raw: str | None, now: datetime) -> Dated | None:
    from prrwatch import dates

    return dates.parse(raw, origin="input", seen=now) if raw else None


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "number": figure.number,
        "quantifier": figure.quantifier,
        "who": figure.who,
        "country": figure.country,
        "action": figure.action,
        "measure": figure.measure,
        "as_of": figure.as_of.value if figure.as_of else None,
        "quote": figure.quote,
        "start": figure.start,
        "end": figure.end,
        "sentence": figure.sentence,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "kind": event.kind,
        "status": event.status,
        "start": event.start.value if event.start else None,
        "end": event.end.value if event.end else None,
        "place": event.place,
        "organisers": list(event.organisers),
        "field": event.field,
        "quote": event.quote,
        "quote_start": event.quote_start,
        "quote_end": event.quote_end,
    }
