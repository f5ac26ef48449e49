"""`prrwatch alerts mute|unmute|mutes`: what nobody wants to hear of for a while, and why."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from prrwatch.durations import parse_duration
from prrwatch.errors import OperatorError, Problem
from prrwatch.mutes import Muted
from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.parameters import INSTANT
from scheduler.tables import table

if TYPE_CHECKING:
    from prrwatch.settings import Settings
    from storage.records import LoggedMute
    from storage.store import Store

_COUNTRY = re.compile(r"[A-Z]{2}")
#: Longer than anybody remembers why.
_LONGEST = timedelta(days=3650)
_WHAT = click.Choice([each.value for each in Muted])


class _Span(click.ParamType[timedelta]):
    """A duration as in the site file: `30d`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("mute")
@click.argument("what", type=_WHAT)
@click.argument("which")
@click.option("--reason", required=True, help="Why; it stands in the log.")
@click.option("--for", "span", type=_Span(), default="30d", show_default=True, help="For how long, as in 12h or 30d.")
@click.option("--until", type=INSTANT, help="Until when instead, ISO 8601; a date is its first moment in UTC.")
@chosen
def mute(chosen: Chosen, *, what: str, which: str, reason: str, span: timedelta, until: datetime | None) -> None:
    """Do not tell of a story, source, rule or country for a while. Also the way to acknowledge a story.

    WHICH is the id of the story or source, the name of the rule, or the country's two letters. Everything is read,
    judged and stored all the same; `alerts mutes` counts what was kept back. A story is silent when all of it is
    muted: a muted copyist does not silence the ministry that it copies.
    """
    from prrwatch.hygiene import one_line
    from storage import muting
    from storage.store import open_store

    settings, about = chosen.settings(), Muted(what)
    now = clock.now()
    end = until or now + span
    if not now < end <= now + _LONGEST:
        raise click.UsageError(f"a mute ends in the future and within ten years, not at {end.isoformat()}")
    with open_store(settings.store) as store:
        _refuse_unknown(settings, store, about, which)
        made = muting.mute(store, about, which, one_line(reason), (now, end))
    click.echo(f"{what} {which} is muted until {made.until:%Y-%m-%d %H:%M} UTC")


@click.command("unmute")
@click.argument("what", type=_WHAT)
@click.argument("which")
@chosen
def unmute(chosen: Chosen, *, what: str, which: str) -> None:
    """Tell of it again from now on. What was kept back meanwhile is not told later."""
    from storage import muting
    from storage.store import open_store

    with open_store(chosen.settings().store) as store:
        lifted = muting.unmute(store, Muted(what), which, clock.now())
    if not lifted:
        raise OperatorError([Problem("", f"{what} {which}", "is not muted")])
    click.echo(f"{what} {which} is told again")


@click.command("mutes")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@chosen
def mutes(chosen: Chosen, *, everything: bool) -> None:
    """What is muted, why, until when, and how many stories that kept back. The log, the newest first."""
    from storage import muting
    from storage.store import open_readonly

    now = clock.now()
    with open_readonly(chosen.settings().store) as store:
        found = [_row(each, now) for each in muting.log(store)]
    rows = [each for each in found if everything or each["state"] == "muted"]
    if chosen.as_json:
        lines.write_document(rows)
    else:
        click.echo(table(rows))


def _row(logged: LoggedMute, now: datetime) -> dict[str, Any]:
    mute = logged.mute
    over = "lifted" if logged.lifted else "over"
    return {
        "what": mute.what.value,
        "which": mute.which,
        "state": "muted" if logged.lifted is None and now < mute.until else over,
        "since": mute.since.isoformat(timespec="minutes"),
        "until": (logged.lifted or mute.until).isoformat(timespec="minutes"),
        "kept_back": logged.stories,
        "reason": mute.reason,
    }


def _refuse_unknown(settings: Settings, store: Store, what: Muted, which: str) -> None:
    """A mute with a typing error in it would silence nothing, and nobody would notice why."""
    from prrwatch import relevance
    from scheduler import site
    from storage import stories

    match what:
        case Muted.STORY:
            known = stories.story(store, which) is not None
        case Muted.SOURCE:
            known = which in {source.id for source in site.sources(settings)}
        case Muted.RULE:
            known = which in {rule.id for rule in relevance.load_rules(settings.rules).rules}
        case Muted.COUNTRY:
            known = _COUNTRY.fullmatch(which) is not None
    if not known:
        raise OperatorError([Problem("", f"{what} {which}", f"no such {what}")])
