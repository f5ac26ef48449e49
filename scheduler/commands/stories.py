"""`prrwatch stories`: group documents that did not come from our own crawl."""

from __future__ import annotations

import sys

import click

from scheduler import lines
from scheduler.options import Chosen, chosen


@click.command("stories")
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines (the only form so far).")
@chosen
def command(_: Chosen, *, jsonl: bool) -> None:
    """Group documents from stdin, one JSON object a line: {id, text, title?, url?, language?, published?}.

    Writes {id, story, why} a line, in the order of the input: a document joins a story among those before it.
    """
    from prrwatch import stories

    del jsonl
    filed: list[stories.Candidate] = []
    for record in lines.objects(sys.stdin.buffer, texts=("text",)):
        key = str(record.get("url") or record.get("id"))
        sketch = stories.sketch(record["text"])
        assignment = stories.assign(key, sketch, filed)
        filed.append(stories.Candidate(assignment.story, key, sketch))
        lines.write({"id": record.get("id"), "story": assignment.story, "why": assignment.why})
