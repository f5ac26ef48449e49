"""`prrwatch search`: full text search in the store."""

from __future__ import annotations

from dataclasses import asdict

import click

from scheduler import lines
from scheduler.options import Chosen, chosen


@click.command("search")
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@chosen
def command(chosen: Chosen, *, query: str, limit: int) -> None:
    """Find documents that hold every word of QUERY: "words in quotes" as they stand, word* for any ending."""
    from prrwatch.escape import terminal
    from storage import handing, search
    from storage.store import open_readonly

    settings = chosen.settings()
    with open_readonly(settings.store) as store:
        hits = tuple(handing.covered(store, search.search(store, query, limit), settings.names))
    for hit in hits:
        if chosen.as_json:
            lines.write({**asdict(hit), "first_seen": hit.first_seen.isoformat()})
            continue
        mark = {True: "relevant", False: "not relevant", None: "not judged"}[hit.relevant]
        click.echo(terminal(f"{hit.published or 'date unknown'}  {hit.title or 'untitled'}"))
        click.echo(f"    {terminal(hit.url)}  ({hit.source}, {mark})")
        click.echo(f"    {terminal(hit.snippet)}")
