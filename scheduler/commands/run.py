"""`prrwatch run`: the daemon."""

from __future__ import annotations

import click

from scheduler.options import Chosen, chosen


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
    from scheduler.enduring import keep_running
    from scheduler.parts import daemon_of

    settings = chosen.settings()
    logs.to_stderr(logging.INFO, settings.operations.log)
    heartbeat = site.heartbeat(settings, os.environ)
    with ExitStack() as stack:
        metrics = None
        if settings.operations.metrics_port:
            from scheduler.metrics import served

            metrics = stack.enter_context(served(settings.operations.metrics_port))
        asyncio.run(keep_running(lambda parts: daemon_of(parts, heartbeat, metrics), settings))
