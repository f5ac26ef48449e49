"""`prrwatch rescreen`: judge the archive again after the rules changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler import lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.relevance import Ruleset
    from storage.rehearsal import Flip
    from storage.store import Store

_PATIENCE = timedelta(seconds=5)  #: that a finished rehearsal waits for whoever writes just now


@click.command("rescreen")
@click.option("--dry-run", is_flag=True, help="Only list what the rules would add and remove.")
@click.option("--rules", type=click.Path(path_type=Path), help="With --dry-run: the folder of the rules to rehearse.")
@chosen
def command(chosen: Chosen, *, dry_run: bool, rules: Path | None) -> None:
    """Judge the whole archive by the present rules. Asks the web for nothing.

    Pages that the rules of their day could not match, and that were therefore read the cheap way, are read in full from
    their originals where the present rules could match them.

    What only new rules find is told in one summary a subscription, never one message each. The daemon does the same
    when it starts with changed rules, so rehearse them first: `prrwatch rescreen --dry-run` changes no verdict and
    tells nobody; the web view shows what it found.
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
    from storage import rehearsal, rereading
    from storage.store import open_readonly

    path = chosen.settings().store
    with open_readonly(path) as store:
        flips = _tell(chosen, _flips(store, ruleset))
        documents = rehearsal.count(store)
        unsure = rereading.count(store, ruleset.fingerprint)
    if unsure and not chosen.as_json:
        click.echo(f"{unsure} pages were read the cheap way; those that these rules could match will be read in full")
    _keep(path, ruleset, documents, flips)


def _keep(path: Path, ruleset: Ruleset, documents: int, flips: list[Flip]) -> None:
    """For the page *Rules* of the web view. Who may only read the store, or finds it busy, has rehearsed as well."""
    from prrwatch.errors import StoreError
    from scheduler import clock
    from storage import rehearsal
    from storage.store import open_store

    try:
        with open_store(path, _PATIENCE) as store:
            rehearsal.keep(store, ruleset.fingerprint, documents, flips, clock.now())
    except StoreError as error:
        click.echo(f"prrwatch: the web view will not show this rehearsal: {error}", err=True)


def _flips(store: Store, ruleset: Ruleset) -> Iterator[Flip]:
    from prrwatch import relevance
    from storage import rehearsal
    from storage.rehearsal import Flip

    for document in rehearsal.judged(store):
        verdict = relevance.judge(document.title, document.text, document.language, ruleset)
        if verdict.relevant != bool(document.relevant):
            yield Flip(
                document.id,
                document.url,
                document.title,
                document.language,
                verdict.relevant,
                document.score,
                round(verdict.score, 3),
                tuple(f"{each.rule}: {each.quote}" for each in verdict.evidence),
            )


def _tell(chosen: Chosen, flips: Iterable[Flip]) -> list[Flip]:
    """Say each, as it comes; returns them."""
    told = []
    for flip in flips:
        told.append(flip)
        (_write if chosen.as_json else _say)(flip)
    if not chosen.as_json:
        added = sum(each.relevant for each in told)
        click.echo(f"{added} added, {len(told) - added} removed")
    return told


def _write(flip: Flip) -> None:
    lines.write(
        {
            "change": "added" if flip.relevant else "removed",
            "document": flip.document,
            "url": flip.url,
            "title": flip.title,
            "score": {"before": flip.before, "now": flip.score},
            "because": flip.reasons,
        }
    )


def _say(flip: Flip) -> None:
    from prrwatch.escape import terminal

    click.echo(f"{'+' if flip.relevant else '-'} {terminal(flip.title or flip.url)}")
    before = "not judged" if flip.before is None else f"{flip.before:.2f}"
    click.echo(f"    {terminal(flip.url)}\n    score {before} -> {flip.score:.2f}")
    click.echo(f"    {terminal('; '.join(flip.reasons[:6]))}")
