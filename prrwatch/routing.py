"""Who is told what. Pure: decides alerts from a story and the subscriptions; sends and remembers nothing.

Unknown must not be missed: a story without any country (phase, language) matches a subscription that names some; the
message says so. Tokens are made from the matter and the subscription, so deciding twice gives the same alert twice, and
the outbox keeps one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from prrwatch.alert import Alert, AlertKind, DeadLetter, Deliver, Subscription
from prrwatch.health import SourceHealth, State
from prrwatch.hygiene import one_line
from prrwatch.settings import Operators
from prrwatch.story import Change, Member, Story

OPERATORS = "operators"  #: the name in `Alert.subscription` of notices to operators
_THERE_BEFORE = (
    "These stories were there when we began to read their sources, or to read them again after a pause, or were found "
    "by new rules. What comes from now on is told one by one."
)
_MOST_DEAD = 50
_FAILED = frozenset({State.BROKEN, State.BLOCKED})
_READ_ILL = frozenset({State.QUIET, State.DOUBTFUL})
_TROUBLE = _FAILED | _READ_ILL


def token(kind: str, *matter: object) -> str:
    """A stable id of one matter for one receiver: `new-3f0c...`, always within `[A-Za-z0-9._-]{8,80}`."""
    digest = blake2b("\0".join(str(part) for part in matter).encode("utf-8", "surrogatepass"), digest_size=12)
    return f"{kind}-{digest.hexdigest()}"


def first_token(story: str, subscription: str) -> str:
    """The token under which a subscription is first told of a story; follow-ups refer to it."""
    return token(AlertKind.NEW, story, subscription)


def matches(subscription: Subscription, story: Story) -> bool:
    """Whether the story concerns the subscription."""
    return (
        story.score >= subscription.min_score
        and _any(subscription.countries, story.countries)
        and _any(subscription.phases, story.phases)
        and _speaks(subscription, story.members)
        and _names(subscription, story.members)
    )


def wants(subscription: Subscription) -> str:
    """What a subscription wants to hear, as JSON: two that want the same are one to a reader, whatever the channel."""
    return json.dumps(
        {
            "countries": sorted(subscription.countries),
            "phases": sorted(subscription.phases),
            "languages": sorted(subscription.languages),
            "kinds": sorted(subscription.kinds),
            "min_score": subscription.min_score,
            "entities": sorted(subscription.entities),
            "deliver": subscription.deliver,
        }
    )


def welcome(subscription: Subscription, stories: Sequence[Story], now: datetime) -> Alert | None:
    """The first message of a new subscription: the recent stories that it was not told of, None without any.

    A digest needs none: its first one looks back.
    """
    if not stories or subscription.deliver is not Deliver.NOW:
        return None
    return Alert(
        token=token(AlertKind.SUMMARY, subscription.name, wants(subscription), now.isoformat()),
        kind=AlertKind.SUMMARY,
        subscription=subscription.name,
        channel=subscription.channel,
        stories=tuple(story.id for story in stories),
        body="These are recent stories that were there when this subscription began. From now on each new one is told.",
    )


def alerts_for(
    story: Story,
    change: Change,
    newcomer: Member,
    version: int,
    subscriptions: Iterable[Subscription],
    told: Collection[str],
) -> tuple[Alert, ...]:
    """What a filed document makes us tell at once (`deliver = "now"`).

    `newcomer` is the document that was filed, `version` its version, `told` the names of the subscriptions that were
    told of this story already, in any message, a summary too. A new story is told once per subscription; an update to
    those who know the story; a copy to nobody, unless it brings the kind of publisher or the language that a
    subscription asks for and that no other document of the story had.
    """
    now = [each for each in subscriptions if each.deliver is Deliver.NOW]
    match change:
        case Change.NEW:
            return tuple(_new(each, story) for each in now if each.name not in told and matches(each, story))
        case Change.UPDATED:
            known = tuple(_update(each, story, newcomer, version) for each in now if each.name in told)
            return known + tuple(_new(each, story) for each in now if each.name not in told and matches(each, story))
        case Change.JOINED:
            return tuple(_new(each, story) for each in now if each.name not in told and _brought(each, story, newcomer))
        case Change.NONE:
            return ()


def withdrawal(
    story: Story, member: Member, at: datetime, subscriptions: Iterable[Subscription], told: Collection[str]
) -> tuple[Alert, ...]:
    """That the page of a story's document was found taken off the web: to those who know the story, once."""
    body = (
        f"{member.source_name} took its page off the web: {member.title or member.url} (found on {at.day} {at:%B %Y})"
    )
    return tuple(
        replace(_update(each, story, member, at.isoformat()), body=body)
        for each in subscriptions
        if each.deliver is Deliver.NOW and each.name in told
    )


def summaries(
    stories: Sequence[Story], subscriptions: Iterable[Subscription], pass_id: str, told: Mapping[str, Collection[str]]
) -> tuple[Alert, ...]:
    """The baseline of a new source or store: one message per subscription instead of a flood, none without a match.

    `told`: by story the subscriptions that know it already.
    """
    found = (
        (each, [story for story in stories if each.name not in told.get(story.id, ()) and matches(each, story)])
        for each in subscriptions
    )
    return tuple(
        Alert(
            token=token(AlertKind.SUMMARY, pass_id, each.name),
            kind=AlertKind.SUMMARY,
            subscription=each.name,
            channel=each.channel,
            stories=tuple(story.id for story in matched),
            body=_THERE_BEFORE,
        )
        for each, matched in found
        if matched and each.deliver is Deliver.NOW
    )


def notices(
    told: Mapping[str, State], healths: Iterable[SourceHealth], operators: Operators | None
) -> tuple[Alert, ...]:
    """What operators are told of the sources' present health: one message per change of state.

    `told` is the state that they were last told of each source. A source is called broken after `after_failures`
    failed passes in a row, and recovered after as many good ones: one that fails and works by turns is told of once.
    One that was quiet has recovered with the first new item. One that was never told of, does not recover. New and
    disabled sources are no news.
    """
    if operators is None:
        return ()
    found = (_notice(told.get(health.id), health, operators) for health in healths)
    return tuple(notice for notice in found if notice is not None)


def deaths(dead: Sequence[DeadLetter], operators: Operators) -> Alert:
    """What operators are told of messages that were given up: all that came to be known at once, in one notice."""
    count = f"{len(dead)} {'message' if len(dead) == 1 else 'messages'} could not be delivered"
    lines = [_epitaph(each) for each in dead[:_MOST_DEAD]]
    if len(dead) > _MOST_DEAD:
        lines.append(f"and {len(dead) - _MOST_DEAD} more")
    lines.append("`prrwatch alerts list --failed` lists them, `prrwatch alerts retry [ID]` tries again.")
    return Alert(
        # Attempts ride along: one that was tried again and given up again is told again.
        token=token(AlertKind.OPERATOR, "dead", *((each.delivery, each.attempts) for each in dead)),
        kind=AlertKind.OPERATOR,
        subscription=OPERATORS,
        channel=operators.channel,
        subject=count,
        body="\n".join(lines),
    )


def test_alert(channel: str, now: datetime) -> Alert:
    """A message that proves that a channel works."""
    return Alert(
        token=token(AlertKind.TEST, channel, now.isoformat()),
        kind=AlertKind.TEST,
        subscription=OPERATORS,
        channel=channel,
        subject=f"prrwatch test message for channel {channel}",
        body=f"This is a test. Messages of prrwatch for the channel {channel} arrive here.",
    )


test_alert.__test__ = False  # type: ignore[attr-defined]  # its name is the contract; pytest would collect it


def _any(wanted: Collection[str], known: Collection[str]) -> bool:
    return not wanted or not known or not set(wanted).isdisjoint(known)


def _speaks(subscription: Subscription, members: Sequence[Member]) -> bool:
    kinds = not subscription.kinds or any(member.kind in subscription.kinds for member in members)
    languages = {member.language for member in members}
    return kinds and (
        not subscription.languages or None in languages or not languages.isdisjoint(subscription.languages)
    )


def _names(subscription: Subscription, members: Sequence[Member]) -> bool:
    """Unlike a country, an entity that is not named is not unknown: it is not there."""
    found = {entity.id for member in members for entity in member.entities}
    return not subscription.entities or not found.isdisjoint(subscription.entities)


def _brought(subscription: Subscription, story: Story, newcomer: Member) -> bool:
    others = [member for member in story.members if member.document != newcomer.document]
    return matches(subscription, story) and not _speaks(subscription, others)


def _new(subscription: Subscription, story: Story) -> Alert:
    return Alert(
        token=first_token(story.id, subscription.name),
        kind=AlertKind.NEW,
        subscription=subscription.name,
        channel=subscription.channel,
        stories=(story.id,),
    )


def _update(subscription: Subscription, story: Story, newcomer: Member, change: object) -> Alert:
    """`change` tells it from other updates of the document: its version, or when it was withdrawn."""
    return Alert(
        token=token(AlertKind.UPDATE, story.id, subscription.name, newcomer.document, change),
        kind=AlertKind.UPDATE,
        subscription=subscription.name,
        channel=subscription.channel,
        stories=(story.id,),
    )


def _notice(told: State | None, health: SourceHealth, operators: Operators) -> Alert | None:
    failed = health.state in _FAILED and health.failures >= operators.after_failures
    if (failed or health.state in _READ_ILL) and health.state is not told:
        reason = health.reason or "unknown"
        return _operator_alert(health, f"source {health.id}: {health.state} ({reason})", _account(health), operators)
    needed = 1 if told is State.QUIET else operators.after_failures
    if health.state is State.OK and told in _TROUBLE and health.good >= needed:
        body = f"It can be read again. It was {told}."
        return _operator_alert(health, f"source {health.id}: recovered", body, operators)
    return None


def _operator_alert(health: SourceHealth, subject: str, body: str, operators: Operators) -> Alert:
    # `since` and `last_read` tell two troubles of one kind apart; a pass decided twice gives the same token.
    matter = (health.id, subject, health.since, health.last_read)
    return Alert(
        token=token(AlertKind.OPERATOR, *matter),
        kind=AlertKind.OPERATOR,
        subscription=OPERATORS,
        channel=operators.channel,
        subject=subject,
        body=body,
    )


def _epitaph(dead: DeadLetter) -> str:
    tried = f"{dead.attempts} {'attempt' if dead.attempts == 1 else 'attempts'}"
    about = f"{dead.message} ({dead.kind} for {dead.subscription}) by {dead.channel} to {dead.recipient}"
    return f"{about}, {tried}: {one_line(dead.answer)}"


def _account(health: SourceHealth) -> str:
    lines = [one_line(health.detail)] if health.detail else []
    lines.append(f"Since {_time(health.since)}; last read {_time(health.last_read)}; failed passes: {health.failures}.")
    lines += [
        f"{way.way} {one_line(way.url)}: {way.state}" + (f" ({way.reason})" if way.reason else "")
        for way in health.ways
    ]
    return "\n".join(lines)


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment is not None else "never"
