"""What the templates show: stories as clean, bounded words. Every foreign text passes `one_line` or `clean` here.

Also the one place that decides which words of a document are shown at all (`_matched` and `_headline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from prrwatch.document import Dated
from prrwatch.escape import web_url
from prrwatch.hygiene import one_line
from prrwatch.messages.countries import country_name
from prrwatch.messages.dating import date_words
from prrwatch.messages.knowledge import event_line, figure_lines, published_line
from prrwatch.messages.sentences import Sentence, matched
from prrwatch.source import Kind
from prrwatch.story import Member, Story
from prrwatch.verdict import Phase

_TITLE = 300
_NAME = 120
_MOST_MEMBERS = 15
_SENTENCES = 4
_RULES = 12
_OPENED = "first"
_UNKNOWN_COUNTRY = "Country unknown"
_UNKNOWN_PHASE = "Phase unknown"
_KINDS = tuple(Kind)
_PHASES = {phase: number for number, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class Teller:
    """One document of a story and who published it."""

    name: str
    kind: str
    date: str
    url: str
    title: str
    why: str
    gone: bool


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story, told whole."""

    id: str
    headline: str
    lead: Teller
    first: str
    others: tuple[Teller, ...]
    more: int  #: documents that are not listed
    date: str
    event: str
    countries: str
    country_known: bool
    phases: str
    figures: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    score: str
    rules: str


@dataclass(frozen=True, slots=True)
class Row:
    """One story, told in a list."""

    id: str
    headline: str
    lead: Teller
    copies: int
    sentence: Sentence | None


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one country and phase: how many there are, and those that are shown."""

    country: str
    phase: str
    total: int
    rows: tuple[Row, ...]


def story_view(story: Story, event: Dated | None) -> StoryView:
    """The story with its evidence, its documents and the reason why it is told."""
    listed = story.members[1 : _MOST_MEMBERS + 1]
    rules = list(dict.fromkeys(each.rule for member in story.members for each in member.evidence))
    shown = ", ".join(one_line(rule, _NAME) for rule in rules[:_RULES])
    return StoryView(
        id=story.id,
        headline=_headline(story.lead),
        lead=_teller(story.lead),
        first=_first(story.members),
        others=tuple(_teller(member) for member in listed),
        more=len(story.members) - 1 - len(listed),
        date=published_line(story),
        event=event_line(story, event),
        countries=", ".join(country_name(code) for code in story.countries),
        country_known=bool(story.countries),
        phases=", ".join(phase.capitalize() for phase in story.phases),
        figures=figure_lines(story),
        sentences=_matched(story.members, _SENTENCES),
        score=f"{story.score:.1f}",
        rules=shown + (f" and {len(rules) - _RULES} more" if len(rules) > _RULES else ""),
    )


def sections(stories: Sequence[Story], limit: int) -> tuple[Section, ...]:
    """The stories by country and phase, each once, under the first of both; at most `limit` of them as rows.

    Official bodies come first, then the higher score, then the newer; unknown countries and phases stand last.
    """
    shown = {story.id for story in sorted(stories, key=_rank)[:limit]}
    ordered = sorted(stories, key=lambda story: (_place(story), _rank(story)))
    found = ((place, list(group)) for place, group in groupby(ordered, key=_place))
    return tuple(
        Section(
            country=country_name(place[1]) or _UNKNOWN_COUNTRY,
            phase=(stories[0].phases[0].capitalize() if stories[0].phases else _UNKNOWN_PHASE),
            total=len(stories),
            rows=tuple(_row(story) for story in stories if story.id in shown),
        )
        for place, stories in found
    )


def headline(story: Story) -> str:
    """The title of the leading document on one line, or its first words, never empty."""
    return _headline(story.lead)


def _place(story: Story) -> tuple[bool, str, int]:
    country = country_name(story.countries[0]) if story.countries else ""
    return not country, country, _PHASES[story.phases[0]] if story.phases else len(_PHASES)


def _rank(story: Story) -> tuple[int, float, float]:
    seen = story.lead.published.at if story.lead.published else story.lead.fetched
    return _KINDS.index(story.lead.kind), -story.score, -seen.timestamp()


def _row(story: Story) -> Row:
    sentence = next(iter(_matched(story.members, 1)), None)
    lead = replace(_teller(story.lead), date=published_line(story))
    return Row(story.id, _headline(story.lead), lead, len(story.members) - 1, sentence)


def _headline(member: Member) -> str:
    return one_line(member.title or "", _TITLE) or one_line(member.text[:1000], 120) or one_line(member.url, _TITLE)


def _teller(member: Member) -> Teller:
    return Teller(
        name=one_line(member.source_name or member.source, _NAME),
        kind=member.kind,
        date=date_words(member.published),
        url=web_url(member.url) or one_line(member.url),
        title=one_line(member.title or "", _TITLE),
        # That it opened the story is nothing to its reader: "First by" says who was first.
        why="" if member.why == _OPENED else one_line(member.why, _TITLE),
        gone=member.state == "gone",
    )


def _first(members: Sequence[Member]) -> str:
    """Who published first, as far as dates tell; of one day the leading document, then the earlier time."""
    dated = [(member.published.value[:10], number, member) for number, member in enumerate(members) if member.published]
    if not dated:
        seen = min(members, key=lambda member: member.fetched)
        return f"unknown; first seen at {one_line(seen.source_name or seen.source, _NAME)}"
    _, _, member = min(dated, key=lambda each: each[:2])
    return f"{one_line(member.source_name or member.source, _NAME)} ({member.kind}), {date_words(member.published)}"


def _matched(members: Iterable[Member], limit: int) -> tuple[Sentence, ...]:
    """The matched sentences of the leading document, or of the first one that has any."""
    found = (matched(member.text, member.evidence, limit) for member in members)
    return next((sentences for sentences in found if sentences), ())


Events = Mapping[str, Dated]
