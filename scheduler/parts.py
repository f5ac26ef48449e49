"""The daemon with all that the site file asks for around it."""

from __future__ import annotations

import os
from asyncio.subprocess import Process
from collections.abc import Mapping

from prrwatch.settings import channel_url
from scheduler import child
from scheduler.assembly import Assembly
from scheduler.canary import Canaries
from scheduler.daemon import Daemon
from scheduler.gauges import Show
from scheduler.vitals import Vitals
from scheduler.worker import CrawlWorker


def daemon_of(
    parts: Assembly,
    heartbeat: str | None,
    show: Show | None,
    first: Process | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Daemon:
    """A daemon with a crawl worker of its own, the `first` if it still lives; `heartbeat` is a URL."""
    walk, canary = parts.walk, parts.walk.settings.canary
    worker = CrawlWorker(child.command(walk.settings.rules), walk.settings.operations.recycling, first)
    vitals = Vitals(walk, worker, heartbeat, show)
    url = channel_url(walk.settings, canary.channel, environ) if canary else ""
    canaries = Canaries(walk, worker, url, canary) if canary else None
    return Daemon(walk, worker, parts.delivering, vitals, canaries)
