"""`prrwatch export`: rows to take away."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.person import Names
    from storage.labels import LabelledText
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
    from prrwatch.outlets.tables import table
    from storage import handing
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
    with open_readonly(settings.store) as store, closing(handing.records(store, what, settings.names)) as records:
        if form in REFERENCE_FORMATS:
            _REFERENCES[form](records)
        else:
            _TABLES[form](*(_cases(records) if what == "labels" else table(records)))


def _cases(labelled: Iterable[LabelledText]) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """Labelled documents as cases for `prrwatch eval`."""
    columns = ("id", "language", "title", "text", "relevant", "phases", "class", "note", "url")
    rows = (
        (
            f"label-{each.document}",
            each.language or "",
            each.title,
            each.text,
            each.relevant,
            each.phases,
            "label",
            each.note,
            each.url,
        )
        for each in labelled
    )
    return columns, rows


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from prrwatch.outlets.tables import csv_lines

    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # it is a text stream here
    sys.stdout.writelines(csv_lines(columns, rows))


def _write_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from prrwatch.outlets.tables import json_lines

    for line in json_lines(columns, rows):
        click.echo(line.encode("utf-8", "replace"), nl=False)


def _write_bibtex(records: Iterable[Any]) -> None:
    from prrwatch.outlets.citations import bibtex

    for entry in bibtex(records):
        click.echo(entry.encode("utf-8", "replace"))


def _write_csl(records: Iterable[Any]) -> None:
    from prrwatch.outlets.citations import csl

    click.echo(csl(records).encode("utf-8", "replace"))


def _write_feed(chosen: Chosen, what: str, form: str) -> None:
    from storage.store import open_readonly

    settings = chosen.settings()
    with open_readonly(settings.store) as store:
        feed = _stories_feed if what == "stories" else _calendar
        text = feed(store, form, settings.names)
    click.echo(text.encode("utf-8", "replace"), nl=form != "ics")


def _stories_feed(store: Store, form: str, names: Names) -> str:
    from prrwatch.outlets import atom, json_feed
    from scheduler import clock
    from storage import handing

    found = tuple(handing.latest_stories(store, FEED_LENGTH, names))
    return atom(found, clock.now()) if form == "atom" else json_feed(found)


def _calendar(store: Store, form: str, names: Names) -> str:
    from prrwatch.outlets.calendar import events_feed, ics
    from storage import handing

    found = tuple(handing.calendar(store, names))
    return ics(found) if form == "ics" else events_feed(found)


_TABLES = {"csv": _write_csv, "jsonl": _write_lines}
_REFERENCES = {"bibtex": _write_bibtex, "csl": _write_csl}
