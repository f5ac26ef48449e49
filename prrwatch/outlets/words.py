"""What feeds say of a story in words."""

from __future__ import annotations

from datetime import datetime

from prrwatch.messages.countries import country_name
from prrwatch.messages.sentences import matched
from prrwatch.story import Story

_SENTENCES = 3
#: An id that needs no domain of ours (RFC 4151); the story's id makes it unique and it never changes.
_TAG = "tag:prrwatch.invalid,2026:"


def identity(name: str) -> str:
    """A stable IRI for a story or feed."""
    return f"{_TAG}{name}"


def told(story: Story) -> str:
    """The matched sentences, where and what it is about, and who tells it, a line each."""
    lead = story.lead
    sentences = [f"“{each.plain}”" for each in matched(lead.text, lead.evidence, _SENTENCES)]
    return "\n".join([*sentences, f"{'; '.join(subjects(story))}.", _tellers(story)])


def subjects(story: Story) -> tuple[str, ...]:
    """Its countries and phases, as tags."""
    return (*(country_name(code) for code in story.countries), *(phase.value for phase in story.phases))


def changed(story: Story) -> datetime:
    """When it last gained or changed a document."""
    return max(story.opened, *(member.fetched for member in story.members))


def _tellers(story: Story) -> str:
    copies = len(story.members) - 1
    first = f"{story.lead.source_name} ({story.lead.kind})"
    return f"Told by {first} and {copies} more." if copies else f"Told by {first}."
