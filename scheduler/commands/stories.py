"""`prrwatch stories`: group documents that did not come from our own crawl; merge and split stories by hand."""

from __future__ import annotations

import getpass
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from prrwatch.errors import OperatorError, Problem
from scheduler import clock, lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prrwatch.stories import Telling
    from storage.store import Store


@click.group("stories", invoke_without_command=True)
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines (the only form so far).")
@click.pass_context
def command(ctx: click.Context, *, jsonl: bool) -> None:
    """Group documents from stdin, one JSON object a line: {id, text, title?, url?, language?, published?}.

    Writes {id, story, why} a line, in the order of the input: a document joins a story among those before it. All lines
    are read first: how rare a word is, is counted over all of them.
    """
    del jsonl
    if ctx.invoked_subcommand is None:
        _group()


@command.command("merge")
@click.argument("one")
@click.argument("other")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.option("--by", help="Who says so.  [default: the login name]")
@chosen
def merge(chosen: Chosen, *, one: str, other: str, reason: str, by: str | None) -> None:
    """Make two stories of the store one: they tell the same event. The older id stays, the other leads to it for ever.

    Nobody is told again of what they were told of. `stories split` undoes it.
    """
    from storage import stories

    with _opened(chosen) as store:
        kept = stories.merge(store, one, other, _why(reason, by), clock.now())
    _say(chosen, {"story": kept, "merged": [one, other]}, f"{one} and {other} are one story: {kept}")


@command.command("split")
@click.argument("story")
@click.argument("documents", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.option("--by", help="Who says so.  [default: the login name]")
@chosen
def split(chosen: Chosen, *, story: str, documents: tuple[str, ...], reason: str, by: str | None) -> None:
    """Take DOCUMENTS (numbers or URLs) out of STORY, into a new story of their own: they tell another event.

    Later evidence does not put them back. Nobody is told again of what they were told of.
    """
    from storage import labels, stories

    with _opened(chosen) as store:
        numbers = [labels.find(store, each) for each in documents]
        unknown = [each for each, number in zip(documents, numbers, strict=True) if number is None]
        if unknown:
            raise OperatorError([Problem(str(store.path), each, "no such document") for each in unknown])
        known = [number for number in numbers if number is not None]
        fresh = stories.split(store, story, known, _why(reason, by), clock.now())
    _say(
        chosen, {"story": fresh, "documents": known}, f"{len(known)} of the documents of {story} are story {fresh} now"
    )


@contextmanager
def _opened(chosen: Chosen) -> Iterator[Store]:
    from storage.store import open_store

    path = chosen.settings().store
    if not path.exists():
        raise OperatorError([Problem(str(path), "", "there is no store here")])
    with open_store(path) as store:
        yield store


def _why(reason: str, by: str | None) -> str:
    from prrwatch.hygiene import one_line

    return f"{one_line(reason)} ({one_line(by or getpass.getuser())})"


def _say(chosen: Chosen, record: dict[str, Any], words: str) -> None:
    if chosen.as_json:
        lines.write_document(record)
    else:
        click.echo(words)


def _group() -> None:
    from prrwatch import stories

    records: list[dict[str, Any]] = []
    try:
        records.extend(lines.objects(sys.stdin.buffer, texts=("text",)))
    finally:  # the lines that could be read are done, whatever is said of the others
        told = [(str(record.get("url") or record.get("id")), _telling(record)) for record in records]
        for record, assignment in zip(records, stories.group_tellings(told), strict=True):
            lines.write({"id": record.get("id"), "story": assignment.story, "why": assignment.why})


def _telling(record: dict[str, Any]) -> Telling:
    from prrwatch import dates, language
    from prrwatch.stories import Telling

    title, spoken, published = (_words(record, name) for name in ("title", "language", "published"))
    text = record["text"]
    at = dates.parse(published, origin="given", seen=clock.now()) if published else None
    return Telling(title, text, spoken or language.of(text), at)


def _words(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) and value else None
