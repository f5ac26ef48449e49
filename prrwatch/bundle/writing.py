"""The files of a bundle, one after another, so that no more than one original is in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from prrwatch.bundle.page import page
from prrwatch.bundle.record import Dossier, Edition, Kept, Made, Originals, Sheet
from prrwatch.document import Dated
from prrwatch.messages.objects import figure_object, story_object
from prrwatch.outlets.calendar import event_object
from prrwatch.outlets.citations import bibtex, csl
from prrwatch.statements import Claimed
from prrwatch.verdict import Verdict

#: Headers by which the site knew us; nothing in them is evidence.
_OURS = frozenset({"set-cookie", "set-cookie2"})


def files(dossier: Dossier, made: Made, body: Callable[[str], bytes | None]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file of the bundle except its manifest. `body` gives an original's bytes by their hash."""
    yield "index.html", page(dossier, made).encode("utf-8", "replace")
    yield "story.json", _json(story_object(dossier.story))
    yield "events.json", _json([event_object(each) for each in dossier.events])
    yield "citations.bib", "\n".join(bibtex(dossier.citations)).encode("utf-8", "replace")
    yield "citations.csl.json", csl(dossier.citations).encode("utf-8", "replace")
    told: set[str] = set()
    for sheet in dossier.sheets:
        yield f"documents/{sheet.document}/document.json", _json(_document(sheet))
        for edition in sheet.editions:
            path = f"documents/{sheet.document}/version-{edition.n}"
            yield f"{path}.txt", edition.text.encode("utf-8", "surrogatepass")
            yield f"{path}.json", _json(_version(edition, f"{path}.txt"))
            if made.originals is Originals.INCLUDED:
                yield from _bodies(edition, body, told)


def original_path(address: str) -> str:
    """Where the bytes with this SHA-256 stand. Not called .html: nobody should run a stranger's page by a click."""
    return f"originals/{address}.bin"


def _bodies(edition: Edition, body: Callable[[str], bytes | None], told: set[str]) -> Iterator[tuple[str, bytes]]:
    for kept in edition.originals:
        whole = None if kept.sha256 in told else body(kept.sha256)
        if whole is not None:
            told.add(kept.sha256)
            yield original_path(kept.sha256), whole


def _document(sheet: Sheet) -> dict[str, Any]:
    return {
        "document": sheet.document,
        "url": sheet.url,
        "source": sheet.source,
        "source_name": sheet.source_name,
        "publisher": sheet.publisher,
        "kind": sheet.kind.value,
        "first_seen": sheet.first_seen.isoformat(),
        "why": sheet.why,
        "joined": sheet.joined.isoformat(),
        "state": sheet.state,
        "versions": [each.n for each in sheet.editions],
    }


def _version(edition: Edition, path: str) -> dict[str, Any]:
    as_it_stands = sha256(edition.text.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "n": edition.n,
        "title": edition.title,
        "text": path,
        "text_sha256_as_read": edition.sha256,
        "text_is_covered": as_it_stands != edition.sha256,
        "language": edition.language,
        "published": _dated(edition.published),
        "issuer": edition.issuer,
        "fetched": edition.fetched.isoformat(),
        "media_type": edition.media_type,
        "verdict": _verdict(edition.verdict, edition.judged) if edition.verdict else None,
        "figures": [_figure(each) for each in edition.figures],
        "originals": [_original(each) for each in edition.originals],
    }


def _verdict(verdict: Verdict, judged: datetime | None) -> dict[str, Any]:
    places = [(each.rule, each) for each in verdict.evidence]
    named = [(each.id, each) for each in verdict.entities]
    return {
        "relevant": verdict.relevant,
        "score": verdict.score,
        "phases": [each.value for each in verdict.phases],
        "countries": list(verdict.countries),
        "ruleset": verdict.ruleset,
        "judged": judged.isoformat() if judged else None,
        "evidence": [
            {"rule": rule, "field": each.field.value, "start": each.start, "end": each.end, "quote": each.quote}
            for rule, each in places
        ],
        "entities": [
            {"entity": entity, "field": each.field.value, "start": each.start, "end": each.end, "quote": each.quote}
            for entity, each in named
        ],
    }


def _figure(claimed: Claimed) -> dict[str, Any]:
    figure = claimed.figure
    return {
        **figure_object(figure),
        "claimant": claimed.claimant,
        "sentence": figure.sentence,
        "field": "text",
        "start": figure.start,
        "end": figure.end,
        "quote": figure.quote,
    }


def _original(kept: Kept) -> dict[str, Any]:
    return {
        "url": kept.url,
        "status": kept.status,
        "fetched": kept.fetched.isoformat(),
        "headers": [list(pair) for pair in kept.headers if pair[0].lower() not in _OURS],
        "sha256": kept.sha256,
    }


def _dated(dated: Dated | None) -> dict[str, str] | None:
    if dated is None:
        return None
    return {"value": dated.value, "precision": dated.precision.value, "raw": dated.raw, "origin": dated.origin}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")
