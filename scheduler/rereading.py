"""After a change of the rules: pages that were read the cheap way are read in full where the new rules could match."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from prrwatch.document import Document, Extraction
from scheduler.walk import Walk
from storage import bodies, rereading
from storage import sources as mirror
from storage.rereading import Light

if TYPE_CHECKING:
    from crawler.bench import Bench

_log = logging.getLogger(__name__)

_AT_ONCE = 50
#: As the crawl worker has it.
_SECONDS = 10.0
_MEMORY = 600 * 1024**2


async def reread(walk: Walk) -> None:
    """Look at every original that was last looked at under other rules, and read in full what these could match.

    The web is not asked. What is read in full is judged with the next documents, and told in a summary. Stopped in the
    middle, it goes on from there.
    """
    if not rereading.count(walk.store, walk.ruleset.fingerprint):
        return
    from crawler.bench import Bench, start_loading, unload

    start_loading(str(walk.settings.rules.absolute()) if walk.settings.rules else "built-in")
    bench = Bench(_SECONDS, _MEMORY)
    changed = 0
    try:
        while found := rereading.waiting(walk.store, walk.ruleset.fingerprint, _AT_ONCE):
            read = await asyncio.gather(*(_read(walk, bench, each) for each in found))
            changed += sum(read)
            await asyncio.sleep(0)
    finally:
        bench.close()
        unload()
    _log.info("rules changed: %d pages that were read the cheap way were read in full", changed)


async def _read(walk: Walk, bench: Bench, light: Light) -> bool:
    """Whether it was read in full. One that cannot be read any more stays as it is."""
    from crawler.reading import calls
    from crawler.reading.results import Page

    body = bodies.body(walk.store, light.address)
    source = walk.sources.get(light.source) or mirror.source(walk.store, light.source)
    read: object = None
    if body is not None:
        page = Page(light.url, body, light.content_type, light.fetched)
        read = await bench.call(calls.article, page, source, light.item)
    if isinstance(read, Document) and read.extraction is Extraction.FULL:
        rereading.replaced(walk.store, light.id, read)
        return True
    rereading.looked_at(walk.store, light.id, walk.ruleset.fingerprint)
    return False
