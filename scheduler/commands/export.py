"""`prrwatch export`: rows to take away."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from scheduler import lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.person import Names
    from storage.store import Store

#: Stories that stand in a feed, the newest first.
FEED_LENGTH = 100
FEED_FORMATS = {"atom": ("stories",), "jsonfeed": ("stories", "events"), "ics": ("events",)}
REFERENCE_FORMATS = ("bibtex", "csl")
KINDS = ("documents", "relevant", "stories", "figures", "events", "citations", "alerts", "labels")

FORMATS = ("csv", "jsonl", *FEED_FORMATS, *REFERENCE_FORMATS)


@click.command("export")
@click.argument("what", type=click.Choice(KINDS), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--ics", "as_ics", is_flag=True, help="The events as a calendar: short for events --format ics.")
@chosen
def command(chosen: Chosen, *, what: str | None, form: str, as_ics: bool) -> None:
    """Write documents, the relevant ones, stories, figures, events, citations, alerts or labelled cases to stdout.

    In CSV a cell that a spreadsheet would take for a formula is prefixed with an apostrophe. The formats atom and
    jsonfeed are feeds of the latest stories, jsonfeed and ics of the events, for feed readers and calendars; bibtex
    and csl (CSL-JSON) are citations for reports.
    """
    from storage.store import open_readonly

    if as_ics:
        what, form = what or "events", "ics"
    if what is None:
        raise click.UsageError(f"what? One of {', '.join(KINDS)}")
    kinds = FEED_FORMATS.get(form) or (("citations",) if form in REFERENCE_FORMATS else KINDS)
    if what not in kinds:
        raise click.UsageError(f"the format {form} goes with {' and '.join(kinds)}")
    if form in FEED_FORMATS:
        _write_feed(chosen, what, form)
        return
    # The rows are closed before their store, also when our reader goes away in the middle (`| head`).
    settings = chosen.settings()
    with open_readonly(settings.store) as store, closing(_rows(store, what, settings.names)) as rows:
        _WRITERS[form](rows)


def _write_lines(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        lines.write(row)


def _write_bibtex(rows: Iterator[dict[str, Any]]) -> None:
    from prrwatch.outlets.citations import Citation, bibtex

    for entry in bibtex(Citation(**row) for row in rows):
        click.echo(entry.encode("utf-8", "replace"))


def _write_csl(rows: Iterator[dict[str, Any]]) -> None:
    from prrwatch.outlets.citations import Citation, csl

    click.echo(csl(Citation(**row) for row in rows).encode("utf-8", "replace"))


def _rows(store: Store, what: str, names: Names) -> Generator[dict[str, Any], None, None]:
    from scheduler.privacy import covering
    from storage import export

    cover = covering(store, names)
    if what == "labels":
        yield from _cases(store)
    else:
        for row in getattr(export, what)(store):
            yield cover(_plain(asdict(row)))


def _cases(store: Store) -> Iterator[dict[str, Any]]:
    """Labelled documents as cases for `prrwatch eval`."""
    from storage import labels

    for each in labels.labelled_texts(store):
        yield {
            "id": f"label-{each.document}",
            "language": each.language or "",
            "title": each.title,
            "text": each.text,
            "relevant": each.relevant,
            "phases": list(each.phases),
            "class": "label",
            "note": each.note,
            "url": each.url,
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in row.items()}


def _write_feed(chosen: Chosen, what: str, form: str) -> None:
    from storage.store import open_readonly

    settings = chosen.settings()
    with open_readonly(settings.store) as store:
        feed = _stories_feed if what == "stories" else _calendar
        text = feed(store, form, settings.names)
    click.echo(text.encode("utf-8", "replace"), nl=form != "ics")


def _stories_feed(store: Store, form: str, names: Names) -> str:
    from prrwatch.outlets import atom, json_feed
    from prrwatch.people import covered
    from scheduler import clock
    from scheduler.privacy import hidden_in
    from storage import stories

    found = [
        covered(story, hidden_in(store, [each], names))
        for each in stories.latest(store, FEED_LENGTH)
        if (story := stories.story(store, each))
    ]
    return atom(found, clock.now()) if form == "atom" else json_feed(found)


def _calendar(store: Store, form: str, names: Names) -> str:
    from prrwatch.outlets.calendar import events_feed, ics
    from prrwatch.people import covered_event
    from scheduler.privacy import hidden_in
    from storage import export

    found = [
        replace(each, occasion=covered_event(each.occasion, hidden_in(store, each.stories, names)))
        for each in export.calendar(store)
    ]
    return ics(found) if form == "ics" else events_feed(found)


def _write_csv(rows: Iterator[dict[str, Any]]) -> None:
    from prrwatch.escape import csv_cell

    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # it is a text stream here
    writer = csv.writer(sys.stdout)
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row)
        writer.writerow(csv_cell(_cell(value)) for value in row.values())


_WRITERS: dict[str, Callable[[Iterator[dict[str, Any]]], None]] = {
    "csv": _write_csv,
    "jsonl": _write_lines,
    "bibtex": _write_bibtex,
    "csl": _write_csl,
}


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return value
        case Iterable():
            return " ".join(map(str, value))
        case _:
            return str(value)
