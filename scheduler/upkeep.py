"""What the daemon does beside the walk, a little every hour: forget old originals."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from scheduler.walk import Walk
from storage import retention

_log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
#: A thousand take well under a second; a backlog of years is worked off in days.
_AT_ONCE = 1000


class Upkeep:
    """Prunes by the site file's `keep_originals`; without it nothing is ever forgotten."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._keep = walk.settings.operations.keep_originals
        self._next: datetime | None = None

    def tick(self, now: datetime) -> None:
        """To be called as often as one likes."""
        if self._keep is None or (self._next is not None and now < self._next <= now + _EVERY):
            return
        self._next = now + _EVERY
        if pruned := retention.prune(self._walk.store, now - self._keep, now, _AT_ONCE):
            _log.info("pruned the originals of %d irrelevant pages", pruned)
