"""What a message says of a story's event and figures, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from prrwatch.document import Dated, Precision
from prrwatch.figures import Claim, Quantifier, Who
from prrwatch.hygiene import one_line
from prrwatch.lending import About, Fact
from prrwatch.messages.countries import country_name
from prrwatch.messages.dating import date_words
from prrwatch.story import Story

_MOST_FIGURES = 8
_NAME = 120


def event_line(story: Story, dated: Dated | None) -> str:
    """Day and place of the event: "27 November 2024 (by The Wire), Tashkent"; "" when nothing is known of it.

    What another document than the leading one lends is said with its name. `dated` goes before what the story knows.
    """
    facts = {fact.about: fact for fact in story.facts}
    if dated is not None:
        return date_words(dated)
    start, end, place = (facts.get(about) for about in (About.EVENT_START, About.EVENT_END, About.EVENT_PLACE))
    if start is None:
        return ""
    span = _day(start.value) + (f" to {_day(end.value)}" if end else "")
    where = f", {one_line(place.value, _NAME)}{_lender(story, place)}" if place else ""
    return f"{span}{_lender(story, start)}{where}"


def published_line(story: Story) -> str:
    """When the leading document was published, by a copy of it where it does not say so itself."""
    said = next((fact for fact in story.facts if fact.about is About.PUBLISHED), None)
    if story.lead.published is not None or said is None:
        return date_words(story.lead.published)
    return f"{_day(said.value) if len(said.value) >= len('2024-11-27') else said.value}{_lender(story, said)}"


def figure_lines(story: Story) -> tuple[str, ...]:
    """What is claimed in figures, a line each: "more than 2,100 citizens returned; as of March 2024 (the OSCE)"."""
    lines = [f"{_figure(claim)}{'; disputed' if claim.id in story.disputed else ''}" for claim in story.claims]
    more = len(lines) - _MOST_FIGURES
    return (*lines[:_MOST_FIGURES], *([f"and {more} more in the ledger"] if more > 0 else []))


def _figure(claim: Claim) -> str:
    figure = claim.figure
    quantifier = "" if figure.quantifier is Quantifier.EXACT else f"{figure.quantifier.value} "
    who = "people" if figure.who is Who.TOTAL else figure.who.value
    said = f"{quantifier}{figure.number:,} {who} {figure.action.value}"
    return "; ".join([said, *_details(claim)])


def _details(claim: Claim) -> Iterator[str]:
    if claim.figure.country:
        yield country_name(claim.figure.country)
    if claim.figure.as_of:
        yield f"as of {date_words(_to_the_day(claim.figure.as_of))}"
    if claim.claimant:
        yield f"says {one_line(claim.claimant, _NAME)}"


def _to_the_day(dated: Dated) -> Dated:
    """No sum holds as of half past four: that is when "to date" was published."""
    exact = dated.precision in {Precision.MINUTE, Precision.SECOND}
    return replace(dated, precision=Precision.DAY) if exact else dated


def _lender(story: Story, fact: Fact) -> str:
    names = (member.source_name or member.source for member in story.members if member.document == fact.document)
    return f" (by {one_line(next(names, 'another document'), _NAME)})" if fact.lent else ""


def _day(value: str) -> str:
    day = date.fromisoformat(value[:10])
    return f"{day.day} {day:%B} {day.year}"
