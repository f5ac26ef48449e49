"""Puts the parts of a walk together from the site file, for the commands that do real work."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import alerts
from prrwatch import relevance
from prrwatch.settings import Settings
from scheduler import clock, site
from scheduler.clock import Clock
from scheduler.deliver import Delivering
from scheduler.subscribing import refuse_unknown_entities, welcome
from scheduler.walk import Walk
from storage import futures, outbox, runs
from storage import sources as mirror
from storage.store import claim, open_store


@dataclass(frozen=True, slots=True)
class Assembly:
    """An open store with everything that works on it."""

    walk: Walk
    delivering: Delivering


@contextmanager
def assembled(
    settings: Settings, environ: Mapping[str, str] = os.environ, now: Clock = clock.now
) -> Iterator[Assembly]:
    """Check everything that can be wrong before anything is begun, then claim and open the store.

    Raises `OperatorError` for the catalogue, the rules, the site file and missing secrets, `StoreError` for the store.
    """
    sources = site.sources(settings)
    ruleset = relevance.load_rules(settings.rules)
    refuse_unknown_entities(settings, ruleset)
    urls = site.urls(settings, environ)
    recipients = {channel: alerts.recipients(url, channel) for channel, url in urls.items()}
    with claim(settings.store), open_store(settings.store) as store:
        runs.mark_cut(store, now())
        outbox.release(store, now())
        futures.set_right(store, now())
        mirror.mirror(store, sources, now())
        walk = Walk(store, {source.id: source for source in sources}, ruleset, settings, recipients, now)
        welcome(walk)
        yield Assembly(walk, Delivering(store, urls, now, settings.names, settings.base_url))
