"""`prrwatch demo`: the whole walk on a sample world."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to leave the store.  [default: a new one]")
def command(folder: Path | None) -> None:
    """Serve a small invented world on this machine, watch it with the real daemon, and show what came of it.

    No network, no configuration, under half a minute. The store is left to look at.
    """
    from scheduler.demo.show import show

    show(folder)
