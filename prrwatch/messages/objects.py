"""A story as a JSON object: the one shape that webhooks and the JSON Feed share; docs/alerts.md explains it.

Foreign text is cleaned of control and bidi characters and bounded; whoever shows it escapes it for the place.
"""

from __future__ import annotations

from typing import Any

from prrwatch.document import Dated
from prrwatch.escape import web_url
from prrwatch.figures import Claim, Figure
from prrwatch.hygiene import one_line
from prrwatch.lending import About
from prrwatch.messages.views import headline
from prrwatch.story import Member, Story

_MOST_DOCUMENTS = 50
_MOST_EVIDENCE = 40
_MOST_FIGURES = 40
_QUOTE = 600


def story_object(story: Story) -> dict[str, Any]:
    """The story with its documents, the primary one first, and the places that made it relevant."""
    return {
        "id": story.id,
        "title": headline(story),
        "url": _url(story.lead),
        "opened": story.opened.isoformat(),
        "published": _dated(story.lead.published),
        "event": _event(story),
        "figures": [_figure(claim, story) for claim in story.claims[:_MOST_FIGURES]],
        "countries": list(story.countries),
        "phases": [phase.value for phase in story.phases],
        "score": round(story.score, 3),
        "documents": [_document(member) for member in story.members[:_MOST_DOCUMENTS]],
        "documents_in_all": len(story.members),
        "evidence": _evidence(story.lead),
    }


def _document(member: Member) -> dict[str, Any]:
    return {
        "url": _url(member),
        "source": member.source,
        "source_name": one_line(member.source_name),
        "kind": member.kind.value,
        "title": one_line(member.title or "") or None,
        "language": member.language,
        "published": _dated(member.published),
        "fetched": member.fetched.isoformat(),
        "why": one_line(member.why),
        "state": member.state,
    }


def _event(story: Story) -> dict[str, str | None] | None:
    """What its documents say together of the event's days and place."""
    said = {fact.about: fact.value for fact in story.facts}
    if About.EVENT_START not in said:
        return None
    place = said.get(About.EVENT_PLACE)
    return {
        "start": said[About.EVENT_START],
        "end": said.get(About.EVENT_END),
        "place": one_line(place) if place else None,
    }


def figure_object(figure: Figure) -> dict[str, Any]:
    """What a figure says, without the words it stands in."""
    return {
        "number": figure.number,
        "quantifier": figure.quantifier.value,
        "who": figure.who.value,
        "action": figure.action.value,
        "country": figure.country,
        "flow_or_stock": figure.measure.value,
        "as_of": figure.as_of.value if figure.as_of else None,
    }


def _figure(claim: Claim, story: Story) -> dict[str, Any]:
    return {
        **figure_object(claim.figure),
        "claimant": one_line(claim.claimant) if claim.claimant else None,
        "sentence": one_line(claim.figure.sentence, _QUOTE),
        "disputed": claim.id in story.disputed,
    }


def _evidence(member: Member) -> list[dict[str, str]]:
    return [{"rule": proof.rule, "quote": one_line(proof.quote, _QUOTE)} for proof in member.evidence[:_MOST_EVIDENCE]]


def _dated(dated: Dated | None) -> dict[str, str] | None:
    if dated is None:
        return None
    return {
        "value": dated.value,
        "precision": dated.precision.value,
        "raw": one_line(dated.raw),
        "origin": dated.origin,
    }


def _url(member: Member) -> str:
    return web_url(member.url) or one_line(member.url)
