"""`prrwatch rescreen`: judge the archive again after the rules changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler import lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.relevance import Ruleset
    from storage.store import Store


@click.command("rescreen")
@click.option("--dry-run", is_flag=True, help="Only list what the rules add and remove; change nothing.")
@click.option("--rules", type=click.Path(path_type=Path), help="With --dry-run: the folder of the rules to rehearse.")
@chosen
def command(chosen: Chosen, *, dry_run: bool, rules: Path | None) -> None:
    """Judge the whole archive by the present rules. Asks the web for nothing.

    Pages that the rules of their day could not match, and that were therefore read the cheap way, are read in full from
    their originals where the present rules could match them.

    What only new rules find is told in one summary a subscription, never one message each. The daemon does the same
    when it starts with changed rules, so rehearse them first: `prrwatch rescreen --dry-run`.
    """
    from prrwatch import relevance

    if rules and not dry_run:
        raise click.UsageError("--rules goes with --dry-run; to put rules in force, name them in the site file")
    settings = chosen.settings()
    if dry_run:
        _rehearse(chosen, relevance.load_rules(rules or settings.rules))
        return
    import asyncio

    from scheduler.assembly import assembled
    from scheduler.rereading import reread

    with assembled(settings) as parts:
        asyncio.run(reread(parts.walk))
        flips = list(_flips(parts.walk.store, parts.walk.ruleset))
        parts.walk.judge()
        parts.walk.summarise()
    _tell(chosen, flips)


def _rehearse(chosen: Chosen, ruleset: Ruleset) -> None:
    from storage import rereading
    from storage.store import open_readonly

    with open_readonly(chosen.settings().store) as store:
        _tell(chosen, _flips(store, ruleset))
        unsure = rereading.count(store, ruleset.fingerprint)
    if unsure and not chosen.as_json:
        click.echo(f"{unsure} pages were read the cheap way; those that these rules could match will be read in full")


def _flips(store: Store, ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    from prrwatch import relevance
    from storage import rehearsal

    for document in rehearsal.judged(store):
        verdict = relevance.judge(document.title, document.text, document.language, ruleset)
        if verdict.relevant == bool(document.relevant):
            continue
        yield {
            "change": "added" if verdict.relevant else "removed",
            "document": document.id,
            "url": document.url,
            "title": document.title,
            "score": {"before": document.score, "now": round(verdict.score, 3)},
            "because": [f"{each.rule}: {each.quote}" for each in verdict.evidence],
        }


def _tell(chosen: Chosen, flips: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    from prrwatch.escape import terminal

    counts = {"added": 0, "removed": 0}
    for flip in flips:
        counts[flip["change"]] += 1
        if chosen.as_json:
            lines.write(flip)
            continue
        click.echo(f"{'+' if flip['change'] == 'added' else '-'} {terminal(flip['title'] or flip['url'])}")
        before = "not judged" if flip["score"]["before"] is None else f"{flip['score']['before']:.2f}"
        click.echo(f"    {terminal(flip['url'])}\n    score {before} -> {flip['score']['now']:.2f}")
        click.echo(f"    {terminal('; '.join(flip['because'][:6]))}")
    if not chosen.as_json:
        click.echo(f"{counts['added']} added, {counts['removed']} removed")
