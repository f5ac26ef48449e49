"""`prrwatch status`: what is read, what is quiet, what is broken, what waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from prrwatch.durations import shortly
from prrwatch.errors import PrrwatchError
from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.parameters import AGE
from scheduler.tables import table

if TYPE_CHECKING:
    from prrwatch.health import SourceHealth, WayHealth
    from prrwatch.lapses import Lapse
    from storage.operations import Pulse
    from storage.records import KnownGap, Missed, Plan

#: What ways miss is told of the last week: a single day proves little.
_WEEK = timedelta(days=7)


class NotAliveError(PrrwatchError):
    """The walk has not been complete for too long."""


@click.command("status")
@click.option("--alive", type=AGE, help='Exit 1 when the whole walk was last complete longer ago than this ("1d").')
@chosen
def command(chosen: Chosen, *, alive: timedelta | None) -> None:
    """Tell the state of every source, of the outbox and of the daemon itself. Works while the daemon does.

    "missed" tells of articles of the last week that only another way of a source listed, walked once a day to compare;
    "gap" of two looks at a source that had nothing in common, so that something may have fallen between them. "next" is
    when a source is looked at next, "every" how long that is after the last look: it follows what the source publishes.
    """
    from prrwatch import relevance
    from scheduler import site
    from storage import comparing, gaps, health, judging, operations, outbox, planning, runs
    from storage.store import open_readonly

    settings = chosen.settings()
    sources = site.sources(settings)
    with open_readonly(settings.store) as store:
        healths = health.healths(store, sources)
        waiting = outbox.counts(store)
        missed = comparing.missed(store, clock.now() - _WEEK)
        backlog = judging.backlog(store, relevance.load_rules(settings.rules).fingerprint)
        pulses = operations.pulses(store)
        itself = _itself(pulses, operations.lapses(store, clock.now() - _WEEK))
        itself["killed"] = runs.killed(store, clock.now() - _WEEK)
        plans = planning.plans(store)
        fallen = [each for each in gaps.known(store, clock.now() - _WEEK) if not each.filled or each.found]
    letters = {"waiting": waiting.waiting, "sent": waiting.sent, "dead": waiting.dead}
    if chosen.as_json:
        told = [_plain(each, missed) | _planned(each, plans, fallen) for each in healths]
        lines.write_document({"sources": told, "outbox": letters, "backlog": backlog, "itself": itself})
    else:
        _tell(healths, plans, letters, backlog)
        for gap in fallen:
            click.echo(_told(gap))
        for each in missed:
            click.echo(f"missed:  {each.articles} articles of {each.source} in a week, listed only by {each.url}")
        _tell_itself(itself)
    if alive is not None:
        _refuse_dead(pulses, alive)


def _itself(pulses: tuple[Pulse, ...], lapsed: tuple[Lapse, ...]) -> dict[str, Any]:
    """When the daemon last gave each sign of life, and how many passes of the last week did not begin in time."""
    passes: Counter[str] = Counter()
    for each in lapsed:
        passes[each.kind] += each.passes
    signs = {each.kind.value: {"at": _time(each.at), "detail": each.detail} for each in pulses}
    return signs | {"missed": passes["missed"], "overlapped": passes["overlapped"]}


def _tell_itself(itself: dict[str, Any]) -> None:
    for kind, what in (("walk", "complete"), ("heartbeat", "answered"), ("canary", "arrived")):
        if sign := itself.get(kind):
            click.echo(f"{kind + ':':<10} last {what} {sign['at'][:16].replace('T', ' ')} UTC, {sign['detail']}")
    passes = ", ".join(f"{itself[each]} {each}" for each in ("missed", "overlapped", "killed"))
    click.echo(f"passes:    {passes} in a week")


def _refuse_dead(pulses: tuple[Pulse, ...], alive: timedelta) -> None:
    last = next((each.at for each in pulses if each.kind == "walk"), None)
    if last is None or clock.now() - last > alive:
        since = f"since {_minute(last)} UTC" if last else "yet"
        raise NotAliveError(f"the whole walk has not been complete {since}; see `prrwatch status` and the daemon's log")


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


def _planned(health: SourceHealth, plans: dict[str, Plan], fallen: list[KnownGap]) -> dict[str, Any]:
    plan = plans.get(health.id)
    return {
        "next": _time(plan.at) if plan else None,
        "interval_seconds": plan.interval.total_seconds() if plan and plan.interval else None,
        "gaps": [
            {"since": _time(each.since), "until": _time(each.until), "found": each.found, "filled": _time(each.filled)}
            for each in fallen
            if each.source == health.id
        ],
    }


def _told(gap: KnownGap) -> str:
    """One line: what may have been missed, and what was found of it."""
    rest = f"{gap.found} articles found by other ways" + ("" if gap.filled else ", the rest is not known")
    return f"gap:     {gap.source} listed nothing in common at {_minute(gap.since)} and {_minute(gap.until)}; {rest}"


def _tell(healths: tuple[SourceHealth, ...], plans: dict[str, Plan], letters: dict[str, int], backlog: int) -> None:
    from prrwatch.health import State

    shown = [each for each in healths if each.state is not State.DISABLED]
    shown.sort(key=lambda each: (each.state in (State.OK, State.NEW), each.id))
    if shown:
        click.echo(table([_row(each, plans.get(each.id)) for each in shown]))
        click.echo()
    counts = Counter(str(each.state) for each in healths)
    click.echo("sources: " + (", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"))
    click.echo("outbox:  " + ", ".join(f"{count} {state}" for state, count in letters.items()))
    click.echo(f"backlog: {backlog} documents wait to be judged")


def _row(health: SourceHealth, plan: Plan | None) -> dict[str, Any]:
    broken = [f"{way.way}: {way.reason}{_off(way)}" for way in health.ways if way.reason]
    return {
        "source": health.id,
        "state": health.state,
        "reason": health.reason or "",
        "last read": _minute(health.last_read),
        "last new": _minute(health.last_new),
        "next": _minute(plan.at) if plan and plan.at else "",
        "every": shortly(plan.interval) if plan and plan.interval else "",
        "ways that fail": ", ".join(broken),
    }


def _off(way: WayHealth) -> str:
    from prrwatch.health import State

    return " (switched off)" if way.state is State.DISABLED else ""


def _time(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _minute(instant: datetime | None) -> str:
    return instant.strftime("%Y-%m-%d %H:%M") if instant else "never"
