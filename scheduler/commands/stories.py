"""`prrwatch stories`: group documents that did not come from our own crawl."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from scheduler import clock, lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.stories import Telling


@click.command("stories")
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines (the only form so far).")
@chosen
def command(_: Chosen, *, jsonl: bool) -> None:
    """Group documents from stdin, one JSON object a line: {id, text, title?, url?, language?, published?}.

    Writes {id, story, why} a line, in the order of the input: a document joins a story among those before it. All lines
    are read first: how rare a word is, is counted over all of them.
    """
    from prrwatch import stories

    del jsonl
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
