"""`prrwatch crawl`: one pass by hand."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from prrwatch.errors import OperatorError, Problem, PrrwatchError
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prrwatch.health import SourceHealth
    from prrwatch.source import Source
    from scheduler.assembly import Assembly


class PassFailedError(PrrwatchError):
    """Some source could not be read, or some message could not be sent."""


@click.command("crawl")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@chosen
def command(chosen: Chosen, *, ids: tuple[str, ...]) -> None:
    """Read the sources that are due, or those named even when they are not; judge, store and tell what is new.

    Exit status 1 when a source failed; the others are read all the same.
    """
    from scheduler import logs
    from scheduler.assembly import assembled
    from storage import health

    logs.to_stderr()
    with assembled(chosen.settings()) as parts:
        sources = _wanted(parts, ids)
        asyncio.run(_crawl(parts, sources))
        healths = health.healths(parts.walk.store, sources)
    _tell(healths)


def _wanted(parts: Assembly, ids: tuple[str, ...]) -> list[Source]:
    from prrwatch import planning
    from storage import jobs

    walk = parts.walk
    if not ids:
        walk.outlook()
        histories = jobs.histories(walk.store, walk.sources)
        planned = {each: history.due for each, history in histories.items()}
        return list(planning.due(walk.sources.values(), planned, walk.clock()))
    problems = [Problem("", each, "no source of this id") for each in ids if each not in walk.sources]
    if problems:
        raise OperatorError(problems)
    return [walk.sources[each] for each in dict.fromkeys(ids)]


async def _crawl(parts: Assembly, sources: Sequence[Source]) -> None:
    from scheduler import child
    from scheduler.dispatch import Dispatch
    from scheduler.tell import deliver_all, open_due
    from scheduler.worker import CrawlWorker

    worker = CrawlWorker(child.command(parts.walk.settings.rules))
    dispatch = Dispatch(parts.walk, worker)
    waiting = {source.id: source for source in sources}
    quiet = not sys.stderr.isatty()
    try:
        with click.progressbar(length=len(sources), label="Reading", file=sys.stderr, hidden=quiet) as progress:
            while waiting or dispatch.running:
                dispatch.start(waiting.values())
                waiting = {each: source for each, source in waiting.items() if each not in dispatch.running}
                await dispatch.wait()
                dispatch.raise_failure()
                progress.update(len(sources) - len(waiting) - len(dispatch.running) - progress.pos)
    finally:
        await dispatch.stop()
        await worker.close()
    parts.walk.summarise()
    open_due(parts.walk)
    await deliver_all(parts.walk, parts.delivering)


def _tell(healths: Sequence[SourceHealth]) -> None:
    from prrwatch.health import State

    failed = [each for each in healths if each.state in (State.BROKEN, State.BLOCKED)]
    click.echo(f"{len(healths) - len(failed)} of {len(healths)} sources read")
    if failed:
        raise PassFailedError("\n".join(f"{each.id}: {each.state} ({each.reason}) {each.detail}" for each in failed))
