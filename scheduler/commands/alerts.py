"""`prrwatch alerts`: what would be sent, what was, and what could not be."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from prrwatch.alert import Deliver
from prrwatch.errors import OperatorError, Problem, PrrwatchError
from scheduler import clock, lines
from scheduler.commands import mutes
from scheduler.options import Chosen, chosen
from scheduler.parameters import INSTANT
from scheduler.tables import table

if TYPE_CHECKING:
    from prrwatch.alert import Subscription
    from prrwatch.settings import Settings
    from prrwatch.story import Story
    from scheduler.deliver import Delivered
    from scheduler.subscribing import Rate
    from storage.records import Listed


class NotDeliveredError(PrrwatchError):
    """A message was not accepted."""


@click.group("alerts")
def command() -> None:
    """Preview, deliver, test, list or mute alerts."""


for each in (mutes.mute, mutes.unmute, mutes.mutes):
    command.add_command(each)


@command.command("preview")
@click.argument("subscription")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="How far to look back.")
@chosen
def preview(chosen: Chosen, *, subscription: str, days: int) -> None:
    """Show which stories of the last days SUBSCRIPTION would have been told, and how often. Sends nothing.

    With `deliver = "now"` each story that opened after we began to watch is a message of its own. A new subscription
    that would send more than its `max_per_day` is refused unless it says `force = true`.
    """
    from prrwatch.routing import matches
    from scheduler.subscribing import rate
    from storage import stories
    from storage.store import open_readonly

    settings = chosen.settings()
    wanted = _subscription(settings, subscription)
    now = clock.now()
    with open_readonly(settings.store) as store:
        ids = stories.stories_since(store, now - timedelta(days=days), now)
        found = [story for each in ids if (story := stories.story(store, each)) and matches(wanted, story)]
        pace = rate(store, wanted, now, timedelta(days=days))
    rows = [_previewed(story) for story in found]
    if chosen.as_json:
        rates = {
            "messages": pace.messages,
            "per_day": round(pace.a_day, 2),
            "busiest_day": pace.busiest,
            "max_per_day": wanted.max_per_day,
            "refused": pace.exceeds(wanted),
        }
        lines.write_document({"subscription": subscription, "days": days, "stories": rows, **rates})
        return
    click.echo(table(rows))
    click.echo(f"{len(rows)} stories in {days} days: {len(rows) / days:.2f} a day")
    click.echo(_pace(wanted, pace))


def _previewed(story: Story) -> dict[str, Any]:
    return {
        "story": story.id,
        "opened": story.opened.date().isoformat(),
        "title": story.lead.title,
        "url": story.lead.url,
        "documents": len(story.members),
        "countries": " ".join(story.countries),
        "phases": " ".join(story.phases),
    }


@command.command("deliver")
@click.option("--now", type=INSTANT, help="Deliver what would be due at that time, ISO 8601.")
@chosen
def deliver(chosen: Chosen, *, now: datetime | None) -> None:
    """Send what is due: messages, digests, reminders; one pass. Exit status 1 when something was not accepted."""
    from scheduler import logs
    from scheduler.assembly import assembled
    from scheduler.tell import deliver_all, open_due

    logs.to_stderr()
    with assembled(chosen.settings(), now=(lambda: now) if now else clock.now) as parts:
        parts.walk.judge()
        parts.walk.summarise()
        open_due(parts.walk)
        delivered = asyncio.run(deliver_all(parts.walk, parts.delivering))
    _tell(chosen, delivered)


@command.command("test")
@click.argument("channels", nargs=-1, metavar="[CHANNEL]...")
@chosen
def test(chosen: Chosen, *, channels: tuple[str, ...]) -> None:
    """Send a test message on each channel, or on those named, and show what the service answered."""
    import alerts
    from prrwatch import messages, routing
    from prrwatch.alert import Outcome
    from prrwatch.settings import channel_url
    from scheduler.deliver import SEND_TIME

    settings = chosen.settings()
    answers, refused = [], []
    for channel in channels or tuple(settings.channels):
        if channel not in settings.channels:
            raise OperatorError([Problem(settings.file, f"channels.{channel}", "no such channel")])
        url = channel_url(settings, channel, os.environ)
        message = messages.render(routing.test_alert(channel, clock.now()), ())
        for recipient in alerts.recipients(url, channel):
            result = alerts.send(url, recipient.id, message, SEND_TIME)
            answers.append({"channel": channel, "recipient": recipient.label, **asdict(result)})
            if not chosen.as_json:
                click.echo(f"{channel}, {recipient.label}: {result.outcome}: {result.answer}")
            if result.outcome is not Outcome.ACCEPTED:
                refused.append(f"{channel}, {recipient.label}: {result.outcome}")
    if chosen.as_json:
        lines.write_document(answers)
    if refused:
        raise NotDeliveredError("\n".join(refused))


@command.command("list")
@click.option("--failed", is_flag=True, help="Only dead letters: messages that were given up.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@chosen
def list_(chosen: Chosen, *, failed: bool, limit: int) -> None:
    """The delivery log, the newest first."""
    from storage import outbox
    from storage.records import DeliveryState
    from storage.store import open_readonly

    states = (DeliveryState.DEAD,) if failed else tuple(DeliveryState)
    with open_readonly(chosen.settings().store) as store:
        rows = [_row(each) for each in outbox.listing(store, states, limit)]
    if chosen.as_json:
        lines.write_document(rows)
    else:
        click.echo(table(rows))


@command.command("retry")
@click.argument("message", required=False)
@chosen
def retry(chosen: Chosen, *, message: str | None) -> None:
    """Make dead and waiting messages due at once: all of them, or the one with this id."""
    from storage import outbox
    from storage.store import open_store

    with open_store(chosen.settings().store) as store:
        due = outbox.retry(store, message, clock.now())
    click.echo(f"{due} messages are due now; `prrwatch alerts deliver` or the daemon sends them")


def _pace(wanted: Subscription, pace: Rate) -> str:
    if wanted.deliver is not Deliver.NOW:
        return f"told in one {wanted.deliver} digest"
    said = (
        f"{pace.messages} messages, {pace.a_day:.2f} a day, {pace.busiest} on the busiest day; "
        f"max_per_day = {wanted.max_per_day}"
    )
    return f"{said}: too many, a new subscription like this is refused" if pace.exceeds(wanted) else said


def _subscription(settings: Settings, name: str) -> Subscription:
    found = [each for each in settings.subscriptions if each.name == name]
    if not found:
        raise OperatorError([Problem(settings.file, f"subscriptions.{name}", "no such subscription")])
    return found[0]


def _tell(chosen: Chosen, delivered: Delivered) -> None:
    if chosen.as_json:
        lines.write_document(asdict(delivered))
    else:
        click.echo(f"{delivered.accepted} sent, {delivered.postponed} to be tried again, {delivered.refused} refused")
    if delivered.postponed or delivered.refused:
        raise NotDeliveredError("some messages were not accepted; `prrwatch alerts list` says why")


def _row(listed: Listed) -> dict[str, Any]:
    return {
        "message": listed.message,
        "kind": listed.kind,
        "subscription": listed.subscription,
        "channel": listed.channel,
        "recipient": listed.recipient,
        "state": listed.state,
        "attempts": listed.attempts,
        "created": listed.created.isoformat(),
        "accepted_at": listed.accepted_at.isoformat() if listed.accepted_at else None,
        "answer": listed.answer,
    }
