"""`prrwatch bundle`: a story with its proofs, to take away."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prrwatch import __version__
from prrwatch.errors import OperatorError, Problem, StoreError
from scheduler import clock
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from prrwatch.bundle import Dossier, Made, Originals, Sealed
    from prrwatch.person import Names
    from storage.store import Store


@click.command("bundle")
@click.argument("story")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The ZIP to write; must not be there.")
@click.option("--with-originals/--without-originals", "asked", default=None, help="The pages' bytes too, or not.")
@chosen
def command(chosen: Chosen, *, story: str, out: Path, asked: bool | None) -> None:
    """Write all that is known of STORY to one ZIP, which `prrwatch verify` checks.

    It holds every version's text, headers, hashes and verdict with its evidence, figures, events, citations, the
    original bytes, and a page to read.

    Private names are covered everywhere but in the originals, which are the bytes as received, and in the addresses
    of their pages. So where a story names private people, say yourself whether the originals go along; addresses that
    hold a name go with them.
    """
    from storage import dossier
    from storage.handing import hidden_in
    from storage.store import open_readonly

    settings = chosen.settings()
    with open_readonly(settings.store) as store:
        found = dossier.dossier(store, story)
        if found is None:
            raise OperatorError([Problem(str(settings.store), story, "no such story, or no document tells it")])
        hidden = hidden_in(store, [story], settings.names)
        made = _made(_originals(asked, hidden), settings.names)
        _note_missing(store, found, made)
        sealed = _write(store, out, _handed(found, hidden, made), made)
    click.echo(f"{out}: {sealed.files} files, {sealed.size:,} bytes, originals {made.originals.value}")
    click.echo(f"seal {sealed.seal}")


def _originals(asked: bool | None, hidden: Iterable[str]) -> Originals:  # noqa: FBT001 - as click gives it
    from prrwatch.bundle import Originals

    if asked is None and hidden:
        raise click.UsageError(
            "the originals name private people: say --with-originals to hand them on, or --without-originals"
        )
    return Originals.LEFT_OUT if asked is False else Originals.INCLUDED


def _made(originals: Originals, names: Names) -> Made:
    from prrwatch.bundle import Made

    return Made(clock.now(), f"prrwatch {__version__}", originals, names)


def _handed(found: Dossier, hidden: Collection[str], made: Made) -> Dossier:
    from prrwatch.bundle import Originals, covered, without_addresses

    shown = covered(found, hidden)
    return shown if made.originals is Originals.INCLUDED else without_addresses(shown, hidden)


def _note_missing(store: Store, found: Dossier, made: Made) -> None:
    """Say which bytes are not kept any more: a bundle that lacks them would not pass its own check."""
    from prrwatch.bundle import Originals
    from storage import bodies

    kept = (each for sheet in found.sheets for edition in sheet.editions for each in edition.originals)
    if made.originals is Originals.INCLUDED and any(bodies.body(store, each.sha256) is None for each in kept):
        raise StoreError(f"{found.story.id}: some originals are not kept any more; say --without-originals")


def _write(store: Store, out: Path, found: Dossier, made: Made) -> Sealed:
    """The whole file or none: it is written beside its place and linked to it when it is complete."""
    from prrwatch.bundle import files, pack
    from storage import bodies

    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as target:
            sealed = pack(target, found.story.id, files(found, made, partial(bodies.body, store)), made)
        os.link(part, out)  # unlike a renaming, refuses to replace what is there
    except FileExistsError as error:
        raise click.UsageError(f"{out}: is there already") from error
    except OSError as error:
        raise click.UsageError(f"{out}: cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return sealed
