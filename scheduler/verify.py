"""Walks every way of sources as the crawl would, one job a way, and tells what each answered. Nothing is stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from prrwatch import catalogue
from prrwatch.catalogue.verified import Finding, difference, proposed
from prrwatch.crawl import CrawlRecord, Fetched, Job, Policy, Reason, Unreadable, WayRead
from prrwatch.source import Source, Way
from scheduler.worker import CrawlWorker, WorkerLost

#: Jobs given to the worker at once; it never asks one host for two of them at a time.
_AT_ONCE = 8
_UNASKED = frozenset({Reason.ROBOTS_UNREACHABLE, Reason.DNS, Reason.REFUSED, Reason.TLS})


async def findings(
    sources: Iterable[Source], policy: Policy, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[Finding]:
    """What every way of the sources answers, in the order in which they are done.

    Each way is read with at most `policy.max_pages` of its articles. robots.txt, delays and limits are those of every
    crawl. A worker that is lost takes one way with it, which is told as a time-out.
    """
    worker = CrawlWorker()
    room = asyncio.Semaphore(_AT_ONCE)
    try:
        pairs = [(source, place) for source in sources for place in range(len(source.ways))]
        tasks = [asyncio.create_task(_finding(worker, room, *pair, policy, environ)) for pair in pairs]
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        await worker.close()


def changes(sources: Iterable[Source], found: Sequence[Finding], day: date) -> str:
    """The unified diff of the source files that the findings suggest, names relative to the working directory."""
    parts = []
    for source in sources:
        own = [finding for finding in found if finding.source == source.id]
        before = Path(source.file).read_text(encoding="utf-8")
        parts.append(difference(before, proposed(before, own, day), _name(source.file)))
    return "".join(parts)


def row(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {**asdict(finding), "way": finding.way.value, "reason": finding.reason, "works": finding.works}


def line(finding: Finding) -> dict[str, Any]:
    """A finding as a person reads it."""
    if finding.skipped:
        answer = f"not asked: {finding.skipped}"
    elif finding.works:
        answer = f"{finding.items} articles, {finding.read} read{': ' + finding.article if finding.article else ''}"
    else:
        answer = f"{finding.reason}: {finding.detail}"
    where = {"source": finding.source, "way": finding.way.value, "url": finding.url}
    return {**where, "was": finding.status, "robots.txt": finding.robots, "answer": answer[:160]}


async def _finding(
    worker: CrawlWorker,
    room: asyncio.Semaphore,
    source: Source,
    place: int,
    policy: Policy,
    environ: Mapping[str, str],
) -> Finding:
    way = source.ways[place]
    blank = Finding(source.id, way.kind, way.url, way.status, skipped=_why_not(source, way, environ))
    if blank.skipped:
        return blank
    job = Job(
        id=f"verify-{source.id}-{place}",
        source=replace(source, ways=(way,)),
        policy=policy,
        key=catalogue.key_of(source, environ),
    )
    async with room:
        return _told(blank, await records_of(worker, job))


def _why_not(source: Source, way: Way, environ: Mapping[str, str]) -> str:
    if way.via is not None:
        return f"a way of {way.via}, verified there"
    if source.needs_env and catalogue.key_of(source, environ) is None:
        return f"needs the environment variable {source.needs_env}"
    if source.needs_env is None and "{" in way.url:
        return "a placeholder is to be filled in"
    return ""


async def records_of(worker: CrawlWorker, job: Job) -> list[CrawlRecord]:
    """All that the worker says of a job; what it had said, where it was lost."""
    records: list[CrawlRecord] = []
    try:
        async for batch in worker.batches(job):
            records.extend(batch)
    except WorkerLost:
        pass
    return records


def _told(blank: Finding, records: Sequence[CrawlRecord]) -> Finding:
    reads = [record for record in records if isinstance(record, WayRead)]
    if not reads:
        return replace(blank, reason=Reason.TIMEOUT, detail="the host wants patience, or the crawl worker was lost")
    (read,) = reads
    unread = [f"{each.reason}: {each.detail}" for each in records if isinstance(each, Unreadable)]
    return replace(
        blank,
        items=len(read.items),
        read=sum(isinstance(record, Fetched) for record in records),
        reason=read.failure,
        detail=read.detail,
        article=unread[0][:200] if unread else "",
        robots=_robots(read),
    )


def _robots(read: WayRead) -> str:
    if read.failure is Reason.ROBOTS_DISALLOW:
        return "disallows"
    return "unread" if read.failure in _UNASKED else "allows"


def _name(file: str) -> str:
    path = Path(file).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path).lstrip("/")
