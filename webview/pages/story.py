"""*Story*: one event with its evidence, who copied whom, its figures, its versions, and who was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from prrwatch.messages.sentences import matched
from prrwatch.people import cover
from prrwatch.verdict import Field
from prrwatch.versions import Difference, difference
from storage.reading import calendar, document, figures, lines, story
from storage.reading.document import Edition, Leaf
from storage.reading.story import Teller
from storage.stories import surviving
from webview.copies import branches
from webview.pages import Request, Shown, missing
from webview.speaking import said
from webview.wording import headline, marked

_SENTENCES = 8
_TEXT = 20_000  #: code points of the leading text on the story's page; all of it stands on the document's page
_FULL = 400_000
_QUOTES = 12  #: of one rule
_EDITIONS = 6
_EDITED_TELLERS = 3
_COMPARED = 60_000  #: code points of a version that are compared


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from one version to the next."""

    n: int  #: the newer version
    fetched: datetime
    title: str | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class History:
    """A document that was edited, its latest steps first."""

    document: int
    name: str
    steps: tuple[Step, ...]


def story_page(request: Request) -> Shown:
    """The page of a story."""
    store = request.store
    identity = surviving(store, request.asked.name) or request.asked.name
    opened = story.opened(store, identity)
    tellers = story.tellers(store, identity) if opened else ()
    lead = document.leaf(store, tellers[0].document) if tellers else None
    if opened is None or lead is None:
        return missing("There is no such story, or nothing tells it any more.")
    hidden = request.hidden((identity,))
    lead = _covered(lead, hidden)
    return Shown(
        "story.html",
        headline(lead.title, lead.text, 120),
        {
            "story": identity,
            "opened": opened,
            "lead": lead,
            "headline": headline(lead.title, lead.text),
            "sentences_shown": matched(lead.text, lead.evidence, _SENTENCES),
            "pieces_shown": marked(lead.text[:_TEXT], lead.evidence),
            "cut": len(lead.text) > _TEXT,
            "told": lines.lines(store, (identity,)),
            "rules": _rules(lead),
            "branches": branches(tellers),
            "tellers": len(tellers),
            "figures": figures.of_story(store, identity),
            "events_found": calendar.of_story(store, identity),
            "histories": tuple(_histories(request, tellers, hidden)),
            "messages": story.messages(store, identity),
            "mutes": story.mutes(store, identity),
            "just_said": said(request.asked.values.get("said", "")),
            "said_of": document.said(store, lead.document),
        },
        hidden=hidden,
    )


def document_page(request: Request) -> Shown:
    """The page of one document: all of its text, every version, what the web answered."""
    store = request.store
    found = document.leaf(store, int(request.asked.name))
    if found is None:
        return missing("There is no such document.")
    hidden = request.hidden((found.story,)) if found.story else frozenset()
    found = _covered(found, hidden)
    history = _history(request, found.document, found.source_name, _EDITIONS, hidden)
    return Shown(
        "document.html",
        headline(found.title, found.text, 120),
        {
            "leaf": found,
            "headline": headline(found.title, found.text),
            "long_title": found.title if found.title and len(found.title) > 300 else None,
            "sentences_shown": matched(found.text, found.evidence, _SENTENCES),
            "title_pieces": marked((found.title or "")[:300], found.evidence, Field.TITLE),
            "pieces_shown": marked(found.text[:_FULL], found.evidence),
            "cut": len(found.text) > _FULL,
            "histories": (history,) if history else (),
            "answers": document.answers(store, found.document),
            "said_of": document.said(store, found.document),
        },
        hidden=hidden,
    )


def _rules(leaf: Leaf) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each rule that spoke with the words that it matched, the first that spoke first."""
    found: dict[str, dict[str, None]] = {}
    for each in leaf.evidence:
        found.setdefault(each.rule, {})[each.quote] = None
    return tuple((rule, tuple(quotes)[:_QUOTES]) for rule, quotes in found.items())


def _covered(leaf: Leaf, hidden: frozenset[str]) -> Leaf:
    """With names covered, before anything is cut out of it."""
    if not hidden:
        return leaf
    title = None if leaf.title is None else cover(leaf.title, hidden)
    evidence = tuple(replace(each, quote=cover(each.quote, hidden)) for each in leaf.evidence)
    return replace(leaf, title=title, text=cover(leaf.text, hidden), evidence=evidence)


def _histories(request: Request, tellers: tuple[Teller, ...], hidden: frozenset[str]) -> Iterator[History]:
    """The last step of the first few documents that were edited; the others stand on the documents' pages."""
    edited = [each for each in tellers if each.versions > 1][:_EDITED_TELLERS]
    for each in edited:
        if found := _history(request, each.document, each.source_name, 2, hidden):
            yield found


def _history(request: Request, number: int, name: str, limit: int, hidden: frozenset[str]) -> History | None:
    editions = document.editions(request.store, number, limit)
    steps = tuple(_step(hidden, old, new) for new, old in pairwise(editions))
    return History(number, name, steps) if steps else None


# A version never changes, and comparing two takes up to 0.1 s.
@lru_cache(maxsize=128)
def _step(hidden: frozenset[str], old: Edition, new: Edition) -> Step:
    before, after = (cover(each.text, hidden)[:_COMPARED] for each in (old, new))
    titles = (cover(old.title or "", hidden) or None, cover(new.title or "", hidden) or None)
    evidence = (old.evidence, new.evidence)
    found = difference(before, after, titles=titles, evidence=evidence, language=new.language)
    return Step(new.n, new.fetched, new.title, found)
