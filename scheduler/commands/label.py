"""`prrwatch label`: what a person says of a document, and how the rules fare by it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import click

from prrwatch.errors import OperatorError, Problem
from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.labels import Precision


@click.command("label")
@click.argument("document", required=False)
@click.argument("verdict", required=False, type=click.Choice(["relevant", "not"]))
@click.option("--note", default="", help="Why.")
@click.option("--by", help="Who says so.  [default: the login name]")
@chosen
def command(chosen: Chosen, *, document: str | None, verdict: str | None, note: str, by: str | None) -> None:
    """Say that DOCUMENT (its number or URL) is relevant or not. Without arguments: how precise the rules are by now.

    The verdict of the rules is not touched. `prrwatch export labels --format jsonl` makes cases for `prrwatch eval`
    of what was said.
    """
    if document is None:
        _report(chosen)
    elif verdict is None:
        raise click.UsageError("say relevant or not")
    else:
        _label(chosen, document, relevant=verdict == "relevant", note=note, by=by or getpass.getuser())


def _label(chosen: Chosen, document: str, *, relevant: bool, note: str, by: str) -> None:
    from storage import labels
    from storage.store import open_store

    path = chosen.settings().store
    if not path.exists():
        raise OperatorError([Problem(str(path), "", "there is no store here")])
    with open_store(path) as store:
        number = labels.find(store, document)
        if number is None:
            raise OperatorError([Problem(str(path), document, "no such document")])
        labels.label(store, number, labels.Label(relevant, note, by), clock.now())
    click.echo(f"document {number}: {'relevant' if relevant else 'not relevant'}")


def _report(chosen: Chosen) -> None:
    from storage import labels
    from storage.store import open_readonly

    with open_readonly(chosen.settings().store) as store:
        parts = {"rule": labels.by_rule(store), "term": labels.by_term(store), "source": labels.by_source(store)}
    if chosen.as_json:
        lines.write_document({name: _rows(found) for name, found in parts.items()})
        return
    for name, found in parts.items():
        click.echo(f"precision by {name}\n{table(_rows(found)) or 'no labels yet'}\n")


def _rows(found: Iterable[Precision]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "precision": round(each.right / each.labelled, 3),
            "right": each.right,
            "labelled": each.labelled,
        }
        for each in found
    ]
