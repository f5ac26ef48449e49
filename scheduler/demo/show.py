"""`prrwatch demo`: the real daemon on the sample world, and what came of it, told to a newcomer."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from prrwatch import settings
from prrwatch.errors import PrrwatchError
from prrwatch.health import SourceHealth
from prrwatch.story import Story
from scheduler import child, clock, site
from scheduler.assembly import Assembly, assembled
from scheduler.daemon import Daemon
from scheduler.deliver import Delivering
from scheduler.demo import telling
from scheduler.demo.mailbox import Mail, Mailbox
from scheduler.demo.sitefile import environment, site_file
from scheduler.demo.world import World
from scheduler.reminding import open_reminders
from scheduler.worker import CrawlWorker
from storage import health, jobs, judging, outbox
from storage import stories as archive

#: Seconds that one day of the sample world may take before the demo is called failed.
_PATIENCE = 180.0
_LOOK_AGAIN = 0.1
#: The first morning that is half a day away comes before this, and the event of the sample world after it.
_LATER = timedelta(hours=36)


class DemoFailedError(PrrwatchError):
    """The demo did not see what it should."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the demo saw: the stories, the sources, and the mails of each day as they arrived."""

    stories: tuple[Story, ...]
    sources: tuple[SourceHealth, ...]
    first_day: tuple[Mail, ...]
    second_day: tuple[Mail, ...]
    later: tuple[Mail, ...]
    seconds: float


def show(folder: Path | None) -> None:
    """Run the demo and print it. Raises `DemoFailedError` when an expected story or mail did not come."""
    place = folder or Path(tempfile.mkdtemp(prefix="prrwatch-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    with World() as world, Mailbox() as mailbox:
        world.seeds(place / "seeds")
        file = site_file(place)
        click.echo(telling.opening(len(tuple(world))))
        with assembled(settings.load(file), environment(mailbox)) as parts:
            seen = asyncio.run(_two_days(parts, world, mailbox))
    click.echo(telling.account((seen.first_day, seen.second_day, seen.later), seen.stories, seen.sources))
    click.echo(telling.closing(file, seen.seconds))


async def _two_days(parts: Assembly, world: World, mailbox: Mailbox) -> Seen:
    """The first day is what was there when we began to watch; on the second, news appear."""
    began = time.monotonic()
    daemon = Daemon(parts.walk, CrawlWorker(child.command(parts.walk.settings.rules)), parts.delivering)
    running = asyncio.create_task(daemon.run())
    try:
        await _until(lambda: bool(mailbox.mails) and _settled(parts, None), running, "the summary of the first day")
        first_day = tuple(mailbox.mails)
        turned = clock.now()
        world.day(2)
        news = len(first_day)
        await _until(lambda: len(mailbox.mails) > news and _settled(parts, turned), running, "the second day's alerts")
    finally:
        daemon.stop()
        await running
    return Seen(
        stories=_stories(parts),
        sources=health.healths(parts.walk.store, parts.walk.sources.values()),
        first_day=first_day,
        second_day=tuple(mailbox.mails)[news:],
        later=await _reminded(parts, mailbox),
        seconds=time.monotonic() - began,
    )


async def _reminded(parts: Assembly, mailbox: Mailbox) -> tuple[Mail, ...]:
    """The mails of the second morning from now on, as `prrwatch alerts deliver --now` would send them."""
    before = len(mailbox.mails)
    later = clock.now() + _LATER
    open_reminders(parts.walk, later)
    delivering = Delivering(parts.walk.store, site.urls(parts.walk.settings, environment(mailbox)), lambda: later)
    await delivering.all_channels()
    return tuple(mailbox.mails)[before:]


async def _until(condition: Callable[[], bool], running: asyncio.Task[None], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if running.done():
            await running
        if time.monotonic() > deadline or running.done():
            raise DemoFailedError(f"{what} did not come within {_PATIENCE:.0f} s")
        await asyncio.sleep(_LOOK_AGAIN)


def _settled(parts: Assembly, since: datetime | None) -> bool:
    """Whether every source was read since then, all of it is judged, and all that was to be told is told.

    A source that failed is not waited for again: it is asked less and less often.
    """
    walk = parts.walk
    histories = jobs.histories(walk.store, walk.sources).values()
    read = all(
        each.last_started and each.last_ended and (since is None or each.failures or each.last_started > since)
        for each in histories
    )
    judged = not judging.backlog(walk.store, walk.ruleset.fingerprint) and not archive.untold_baseline(walk.store)
    return read and judged and not outbox.counts(walk.store).waiting


def _stories(parts: Assembly) -> tuple[Story, ...]:
    ids = archive.stories_since(parts.walk.store, datetime.min.replace(tzinfo=clock.now().tzinfo), clock.now())
    return tuple(story for each in ids if (story := archive.story(parts.walk.store, each)))
