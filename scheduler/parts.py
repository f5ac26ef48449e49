"""The daemon with all that the site file asks for around it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prrwatch.settings import channel_url
from scheduler.assembly import Assembly
from scheduler.canary import Canaries
from scheduler.daemon import Daemon
from scheduler.vitals import Vitals
from scheduler.worker import CrawlWorker

if TYPE_CHECKING:
    from scheduler.metrics import Metrics


def daemon_of(
    parts: Assembly, heartbeat: str | None, metrics: Metrics | None, environ: Mapping[str, str] = os.environ
) -> Daemon:
    """A daemon with a crawl worker of its own; `heartbeat` is a URL."""
    walk, canary = parts.walk, parts.walk.settings.canary
    worker = CrawlWorker(recycling=walk.settings.operations.recycling)
    vitals = Vitals(walk, worker, heartbeat, metrics)
    url = channel_url(walk.settings, canary.channel, environ) if canary else ""
    canaries = Canaries(walk, worker, url, canary) if canary else None
    return Daemon(walk, worker, parts.delivering, vitals, canaries)
