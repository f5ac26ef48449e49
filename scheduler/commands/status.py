"""`prrwatch status`: what is read, what is quiet, what is broken, what waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.tables import table

if TYPE_CHECKING:
    from prrwatch.health import SourceHealth, WayHealth
    from storage.records import Missed

#: What ways miss is told of the last week: a single day proves little.
_WEEK = timedelta(days=7)


@click.command("status")
@chosen
def command(chosen: Chosen) -> None:
    """Tell the state of every source and of the outbox. Works while the daemon does.

    "missed" tells of articles of the last week that only another way of a source listed, walked once a day to compare.
    """
    from prrwatch import relevance
    from scheduler import site
    from storage import comparing, health, judging, outbox
    from storage.store import open_readonly

    settings = chosen.settings()
    sources = site.sources(settings)
    with open_readonly(settings.store) as store:
        healths = health.healths(store, sources, clock.now())
        waiting = outbox.counts(store)
        missed = comparing.missed(store, clock.now() - _WEEK)
        backlog = judging.backlog(store, relevance.load_rules(settings.rules).fingerprint)
    letters = {"waiting": waiting.waiting, "sent": waiting.sent, "dead": waiting.dead}
    if chosen.as_json:
        told = [_plain(each, missed) for each in healths]
        lines.write_document({"sources": told, "outbox": letters, "backlog": backlog})
    else:
        _tell(healths, letters, backlog)
        for each in missed:
            click.echo(f"missed:  {each.articles} articles of {each.source} in a week, listed only by {each.url}")


def _plain(health: SourceHealth, missed: tuple[Missed, ...]) -> dict[str, Any]:
    return {
        "id": health.id,
        "state": health.state,
        "reason": health.reason,
        "detail": health.detail,
        "since": _time(health.since),
        "last_read": _time(health.last_read),
        "last_new": _time(health.last_new),
        "failures": health.failures,
        "ways": [
            {"way": way.way, "url": way.url, "state": way.state, "reason": way.reason, "detail": way.detail}
            for way in health.ways
        ],
        "missed": [{"url": each.url, "articles": each.articles} for each in missed if each.source == health.id],
    }


def _tell(healths: tuple[SourceHealth, ...], letters: dict[str, int], backlog: int) -> None:
    from prrwatch.health import State

    shown = [each for each in healths if each.state is not State.DISABLED]
    shown.sort(key=lambda each: (each.state in (State.OK, State.NEW), each.id))
    if shown:
        click.echo(table([_row(each) for each in shown]))
        click.echo()
    counts = Counter(str(each.state) for each in healths)
    click.echo("sources: " + (", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"))
    click.echo("outbox:  " + ", ".join(f"{count} {state}" for state, count in letters.items()))
    click.echo(f"backlog: {backlog} documents wait to be judged")


def _row(health: SourceHealth) -> dict[str, Any]:
    broken = [f"{way.way}: {way.reason}{_off(way)}" for way in health.ways if way.reason]
    return {
        "source": health.id,
        "state": health.state,
        "reason": health.reason or "",
        "last read": _minute(health.last_read),
        "last new": _minute(health.last_new),
        "ways that fail": ", ".join(broken),
    }


def _off(way: WayHealth) -> str:
    from prrwatch.health import State

    return " (switched off)" if way.state is State.DISABLED else ""


def _time(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _minute(instant: datetime | None) -> str:
    return instant.strftime("%Y-%m-%d %H:%M") if instant else "never"
