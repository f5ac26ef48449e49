"""`prrwatch verify`: is a bundle what it was when it was made?"""

from __future__ import annotations

from pathlib import Path

import click

from prrwatch.errors import OperatorError, Problem, PrrwatchError
from scheduler import lines
from scheduler.options import Chosen, chosen


class BrokenBundleError(PrrwatchError):
    """A bundle is not whole; one line a problem."""


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--seal", help="The seal that `prrwatch bundle` printed: no file may be another one then.")
@chosen
def command(chosen: Chosen, *, bundle: Path, seal: str | None) -> None:
    """Check every hash, size and quote of BUNDLE. Needs no store; unpacks nothing, reads at most 1 GiB.

    Without --seal this tells damage and clumsy changes. Whoever makes a whole new bundle gives it another seal: keep
    the seal where they cannot write.
    """
    from prrwatch.bundle import check

    try:
        with bundle.open("rb") as source:
            found, problems = check(source)
    except OSError as error:
        raise OperatorError([Problem(str(bundle), "", error.strerror or "cannot be read")]) from error
    if seal and found and seal.strip().lower() != found:
        problems = (*problems, f"its seal is {found}, not the one given")
    if chosen.as_json:
        lines.write_document({"bundle": str(bundle), "seal": found, "problems": list(problems)})
    if problems:
        raise BrokenBundleError("\n".join(f"{bundle}: {problem}" for problem in problems))
    if not chosen.as_json:
        click.echo(f"{bundle}: whole\nseal {found}")
