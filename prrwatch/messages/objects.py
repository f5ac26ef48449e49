"""A story as a JSON object: the one shape that webhooks and the JSON Feed share; docs/alerts.md explains it.

Foreign text is cleaned of control and bidi characters and bounded; whoever shows it escapes it for the place.
"""

from __future__ import annotations

from typing import Any

from prrwatch.document import Dated
from prrwatch.escape import web_url
from prrwatch.hygiene import one_line
from prrwatch.messages.views import headline
from prrwatch.story import Member, Story

_MOST_DOCUMENTS = 50
_MOST_EVIDENCE = 40
_QUOTE = 600


def story_object(story: Story) -> dict[str, Any]:
    """The story with its documents, the primary one first, and the places that made it relevant."""
    return {
        "id": story.id,
        "title": headline(story),
        "url": _url(story.lead),
        "opened": story.opened.isoformat(),
        "published": _dated(story.lead.published),
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
