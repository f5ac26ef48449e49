"""`prrwatch run`: the daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.settings import Settings
    from scheduler.gauges import Show


@click.command("run")
@chosen
def command(chosen: Chosen) -> None:
    """Watch the catalogue until SIGTERM or Ctrl-C: read what is due, judge it, tell it.

    What happens is logged on stderr. One process a store: a second one is refused. A full disk, a locked, read-only or
    damaged store end nothing: the daemon says so in one line and goes on when that is over.
    """
    import asyncio
    import logging
    import os
    from contextlib import ExitStack

    from scheduler import logs, site

    settings = chosen.settings()
    logs.to_stderr(logging.INFO, settings.operations.log)
    heartbeat = site.heartbeat(settings, os.environ)
    with ExitStack() as stack:
        show = None
        if settings.operations.metrics_port:
            from scheduler.metrics import served

            show = stack.enter_context(served(settings.operations.metrics_port)).show
        asyncio.run(_run(settings, heartbeat, show))


async def _run(settings: Settings, heartbeat: str | None, show: Show | None) -> None:
    from scheduler import child, starting

    async with starting.ahead(child.command(settings.rules)) as first:
        # What is imported here takes as long as the worker takes to load: side by side.
        from scheduler.enduring import keep_running
        from scheduler.parts import daemon_of

        await keep_running(lambda parts: daemon_of(parts, heartbeat, show, first), settings)
