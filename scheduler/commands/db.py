"""`prrwatch db`: the store itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from prrwatch.errors import StoreError
from scheduler import lines
from scheduler.options import Chosen, chosen
from scheduler.parameters import AGE


@click.group("db")
def command() -> None:
    """Migrate, back up, restore, check or prune the store."""


@command.command("migrate")
@click.option("--dry-run", is_flag=True, help="Only list the steps that are pending.")
@chosen
def migrate(chosen: Chosen, *, dry_run: bool) -> None:
    """Bring the store's schema up to date; every other command that writes does so too."""
    from storage.store import claim, open_store, pending

    path = chosen.settings().store
    steps = pending(path)
    if not dry_run:
        with claim(path), open_store(path):
            pass
    if chosen.as_json:
        lines.write_document({"store": str(path), "done": not dry_run, "steps": list(steps)})
    else:
        click.echo(f"{path}: {', '.join(steps) or 'nothing to do'}")


@command.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@chosen
def backup(chosen: Chosen, *, target: Path) -> None:
    """Copy the store to TARGET (and its originals beside it) while the daemon goes on writing."""
    from storage.backup import backup as copy
    from storage.store import open_readonly

    with open_readonly(chosen.settings().store) as store:
        for path in copy(store, target):
            click.echo(path)


@command.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@chosen
def restore(chosen: Chosen, *, backup: Path) -> None:
    """Put BACKUP in the place of the store, after checking it; the store before it is set aside, not deleted.

    End the daemon first, or let it wait: it takes the restored store up by itself. What was told since the backup may
    be told once more.
    """
    from scheduler import clock
    from storage.backup import restore as put_back
    from storage.store import claim

    path = chosen.settings().store
    with claim(path):
        aside = put_back(backup, path, clock.now())
    for each in (path, *aside):
        click.echo(each)


@command.command("check")
@chosen
def check(chosen: Chosen) -> None:
    """Read the whole store and tell everything that is wrong with it.

    Pages, index, orphans, the seals over all rows, originals, and the hash of the files where nobody writes.
    Exit status 1 when anything is.
    """
    from storage.check import check as findings_of
    from storage.store import open_store

    path = _existing(chosen)
    with open_store(path) as store:  # FTS5's own check is a write, though it changes nothing
        findings = findings_of(store)
    if chosen.as_json:
        lines.write_document({"store": str(path), "findings": list(findings)})
    if findings:
        raise StoreError("\n".join(f"{path}: {finding}" for finding in findings))
    if not chosen.as_json:
        click.echo(f"{path}: whole")


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--older-than", type=AGE, help="Age of what may go.  [default: keep_originals of the site file]")
@chosen
def prune(chosen: Chosen, *, dry_run: bool, older_than: timedelta | None) -> None:
    """Forget the bytes of old pages that nothing was found in; relevant ones and near misses are kept.

    The daemon does the same by itself where the site file has `keep_originals`. Exit status 2 where no age is given.
    """
    from scheduler import clock
    from storage import retention
    from storage.store import claim, open_readonly, open_store

    path, age = _existing(chosen), older_than or chosen.settings().operations.keep_originals
    if age is None:
        raise click.UsageError("how old may originals become? Give --older-than, or keep_originals in [operations]")
    before = clock.now() - age
    with open_readonly(path) as store:
        found = retention.prunable(store, before)
    if not dry_run:
        with claim(path), open_store(path) as store:
            retention.prune(store, before, clock.now(), found.originals)
    if chosen.as_json:
        done = {"done": not dry_run, "originals": found.originals, "bytes": found.bytes, "kept": found.kept}
        lines.write_document({"store": str(path)} | done)
    else:
        went = "would go" if dry_run else "went"
        click.echo(f"{path}: {found.originals} originals {went} ({found.bytes / 1e6:.1f} MB), {found.kept} are kept")


def _existing(chosen: Chosen) -> Path:
    path = chosen.settings().store
    if not path.exists():
        raise StoreError(f"{path}: there is no store here")
    return path
