"""What nobody wants to hear of for a while: mutes by story, source, rule or country. Pure; the clock is an argument.

A mute keeps a story from being told; it is read, judged and stored all the same, and what was kept back is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from prrwatch.story import Member, Story


class Muted(StrEnum):
    """What a mute is about."""

    STORY = "story"
    SOURCE = "source"
    RULE = "rule"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Mute:
    """One thing that is not to be told from `since` to before `until`, and why."""

    id: int
    what: Muted
    which: str  #: a story's or source's id, a rule's name, a country's ISO 3166-1 code
    reason: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """The mutes in force at one moment, ready to be asked."""

    mutes: tuple[Mute, ...] = ()

    def over(self, story: Story) -> Mute | None:
        """The mute because of which the story is not told; None when it is to be told.

        A story is silent when it is muted itself, when every country of it is, or when each of its documents is: by
        its source, or because every rule that found it is muted. What is only partly muted is told: a muted copyist
        must not silence the ministry that it copies. Where several mutes are needed, the first stands for them.
        """
        return (
            self._first(Muted.STORY, (story.id,))
            or self._first(Muted.COUNTRY, story.countries)
            or self._over_all(story.members)
        )

    def over_news(self, story: Story, newcomer: Member) -> Mute | None:
        """As `over`, for a follow-up that only the newcomer brings."""
        return self.over(story) or self.over(replace(story, members=(newcomer,)))

    def _over_all(self, members: Iterable[Member]) -> Mute | None:
        found = [self._over_document(member) for member in members]
        return found[0] if found and all(found) else None

    def _over_document(self, member: Member) -> Mute | None:
        rules = {proof.rule for proof in member.evidence}
        return self._first(Muted.SOURCE, (member.source,)) or self._first(Muted.RULE, sorted(rules))

    def _first(self, what: Muted, names: Iterable[str]) -> Mute | None:
        """The mute of the first name, if all names are muted and there is one."""
        known = {mute.which: mute for mute in self.mutes if mute.what is what}
        found = [known.get(name) for name in names]
        return found[0] if found and all(found) else None


def in_force(mutes: Iterable[Mute], now: datetime) -> Silence:
    """The mutes that hold at `now`."""
    return Silence(tuple(mute for mute in mutes if mute.since <= now < mute.until))
