"""The outlook of the day: what a look costs at present, reckoned anew once a day."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from prrwatch.planning import CLOCKED, Allowance, Outlook, outlook, wished
from prrwatch.source import Source
from storage import planning
from storage.store import Store

_log = logging.getLogger(__name__)

_EVERY = timedelta(days=1)


class Planner:
    """Keeps the outlook for a day. All else that planning knows is in the store."""

    def __init__(self) -> None:
        self._view: Outlook | None = None
        self._reckoned: datetime | None = None

    def view(self, store: Store, sources: Collection[Source], now: datetime, per_day: float | None = None) -> Outlook:
        """The outlook of today; when it is reckoned, every next look is planned anew by it.

        `per_day`: how many passes all sources may take together; None = as many as their `every` comes to.
        """
        fresh = self._reckoned is not None and timedelta(0) <= now - self._reckoned < _EVERY
        if self._view is None or not fresh:
            self._view, self._reckoned = _reckon(store, sources, now, per_day), now
        return self._view


def _reckon(store: Store, sources: Collection[Source], now: datetime, per_day: float | None) -> Outlook:
    planned = [source.id for source in sources if source.enabled and source.every >= CLOCKED]
    budget = wished(sources) if per_day is None else per_day
    correction = planning.correction(store, planned, budget, now)
    view = outlook(sources, planning.rhythms(store), Allowance(budget, correction=correction))
    planning.replan(store, sources, view)
    _log.debug("outlook: a look must save %.2f hours of delay, correction %.2f", view.price, correction)
    return view
