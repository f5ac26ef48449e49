"""One job: the ways of the source in order until one works, then its articles."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from crawler.errand import Errand, Lasting
from crawler.net.addresses import Guard
from crawler.net.answers import Failed
from crawler.spiders import SPIDERS
from crawler.spiders.articles import ArticleSpider, Wanted
from crawler.spiders.way import Discovery, ErrandSpider, TooFew
from prrwatch.comparing import MOST, MOST_OF_GAP, compared
from prrwatch.crawl import Comparison, Job, JobDone, Reason, WayRead
from prrwatch.document import Item
from prrwatch.source import Way

_log = logging.getLogger(__name__)
_Spider = TypeVar("_Spider", bound=ErrandSpider)

#: A crawl that was told to stop gets so long to do it.
_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Walker:
    """Does jobs. `seconds` is the time a job may take."""

    lasting: Lasting
    seconds: float

    async def do(self, job: Job) -> None:
        """The whole job, `JobDone` included. Its records are said as they come."""
        errand = self._errand(job)
        for clock in job.clocks:
            self.lasting.clocks.pause(clock.host, clock.not_before)
        try:
            listed = await self._discover(errand)
            await self._articles(errand, listed)
        except Exception:  # noqa: BLE001 - the outermost shell of a job, see below
            # A mistake of ours in one job must not take the others down, nor pass unseen.
            _log.exception("job %s of %s failed", job.id, job.source.id)
            errand.note("internal error, see the log")
        finally:
            if errand.line is not None:
                await errand.line.close()
        cut_short = "; ".join(errand.cut_short)
        done = (errand.started, datetime.now(UTC), errand.requests, errand.bytes_received, cut_short)
        await self.lasting.say(JobDone(job.id, job.source.id, *done))

    def _errand(self, job: Job) -> Errand:
        return Errand(
            job=job,
            lasting=self.lasting,
            started=datetime.now(UTC),
            deadline=monotonic() + self.seconds,
            guard=Guard.of(job.policy.allow_private_hosts),
            pages=job.policy.max_pages,
        )

    async def _discover(self, errand: Errand) -> dict[str, Item]:
        """What the ways list, up to and including the first that works."""
        listed: dict[str, Item] = {}
        for place, way in enumerate(errand.source.ways):
            if place in errand.job.off:
                continue
            read = await self._way(errand, place, way)
            if read is None:
                continue
            await self.lasting.say(read)
            listed |= {item.key: item for item in read.items if item.key not in listed}
            if read.failure is None:
                await self._beside(errand, read, listed)
                break
        return listed

    async def _beside(self, errand: Errand, first: WayRead, listed: dict[str, Item]) -> None:
        """Walk one more way to compare, when the job asks for that; what only it lists is listed like anything.

        Where something may have fallen between two looks, further ways are walked until one of them reaches back to
        what was known and the first way lists no more.
        """
        for place in errand.job.compare:
            if place <= first.way or errand.late:
                continue
            counts = await self._second(errand, first, place, listed)
            if errand.job.gap_since is None or (counts and counts.only_this > counts.new_only_this):
                return

    async def _second(self, errand: Errand, first: WayRead, place: int, listed: dict[str, Item]) -> Comparison | None:
        way = errand.source.ways[place]
        near: frozenset[str] = frozenset()
        if errand.job.gap_since is None:
            # One page of it is enough to compare; its archive is not asked for.
            way, most = replace(way, next=None), MOST
        else:
            most, near = MOST_OF_GAP, frozenset(item.key for item in first.items)
        second = await self._way(errand, place, way, enough=most, near=near)
        if second is None:
            return None
        known = errand.job.known | {item.key for item in errand.job.carry}
        counts = compared(first.way, first.items, second.items, known) if not second.failure else Comparison(first.way)
        # Not all that it lists becomes a row, so its validators must not promise that.
        await self.lasting.say(replace(second, items=second.items[:most], validators=(), compared=counts))
        listed |= {item.key: item for item in second.items[:most] if item.key not in listed}
        return counts

    async def _way(
        self, errand: Errand, place: int, way: Way, enough: int = sys.maxsize, near: frozenset[str] = frozenset()
    ) -> WayRead | None:
        """None when nothing was asked, because the host wants patience or the time is up."""
        kind = SPIDERS.get(way.kind)
        if kind is None:
            outcome: Discovery | Failed | None = Failed(Reason.MALFORMED, f"this crawler cannot read {way.kind} yet")
            hint = None
        else:
            spider = await self._crawl(errand, kind(errand, way, enough, near))
            outcome = spider.outcome if spider else None
            hint = spider.fresh_for if spider else None
        if outcome is None or (isinstance(outcome, Failed) and not outcome.asked):
            return None
        return replace(_way_read(errand.job, place, way, outcome), fresh_for=hint)

    async def _articles(self, errand: Errand, listed: dict[str, Item]) -> None:
        wanted = tuple(wanted_of(errand.job, listed))
        if wanted:
            await self._crawl(errand, ArticleSpider(errand, wanted))

    async def _crawl(self, errand: Errand, spider: _Spider) -> _Spider | None:
        """Run one spider to its end. None when its time was up before it had one."""
        task = asyncio.ensure_future(spider.crawl())
        left = errand.deadline - monotonic() + errand.job.policy.timeout
        try:
            done, _ = await asyncio.wait({task}, timeout=max(left, 0.0))
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            errand.note("time limit of the job")
            task.cancel()
            await asyncio.wait({task}, timeout=_GRACE)
            return None
        task.result()
        return spider


def wanted_of(job: Job, listed: Mapping[str, Item]) -> Iterator[Wanted]:
    """The articles to ask for, each once: the new ones, those left over, those due for another look."""
    new = {key: item for key, item in listed.items() if key not in job.known}
    left = {item.key: item for item in job.carry if item.key not in job.known and item.key not in new}
    yield from (Wanted(item) for item in (*new.values(), *left.values()))
    for revisit in job.revisit:
        if revisit.item.key not in new and revisit.item.key not in left:
            yield Wanted(revisit.item, revisit.validators)


def _way_read(job: Job, place: int, way: Way, outcome: Discovery | Failed) -> WayRead:
    read = WayRead(job.id, job.source.id, place, way.url, datetime.now(UTC))
    match outcome:
        case Discovery():
            return replace(
                read,
                items=outcome.items,
                unchanged=outcome.unchanged,
                detail=outcome.detail,
                validators=outcome.validators,
                read_at=outcome.read_at,
            )
        case TooFew():
            return replace(read, items=outcome.items, failure=outcome.reason, detail=outcome.detail)
        case Failed():
            return replace(read, failure=outcome.reason, detail=outcome.detail)
