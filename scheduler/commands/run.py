"""`prrwatch run`: the daemon."""

from __future__ import annotations

import click

from scheduler.options import Chosen, chosen


@click.command("run")
@chosen
def command(chosen: Chosen) -> None:
    """Watch the catalogue until SIGTERM or Ctrl-C: read what is due, judge it, tell it.

    What happens is logged on stderr. One process a store: a second one is refused.
    """
    import asyncio
    import logging

    from scheduler import logs
    from scheduler.assembly import assembled
    from scheduler.daemon import watch

    logs.to_stderr(logging.INFO)
    with assembled(chosen.settings()) as parts:
        asyncio.run(watch(parts.walk, parts.delivering))
