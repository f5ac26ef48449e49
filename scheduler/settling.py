"""Which story a document belongs to, and what it shows of the stories that are there already."""

from __future__ import annotations

from datetime import datetime

from prrwatch import stories
from prrwatch.stories import MOST_MEMBERS, Assignment, Candidate, Fingerprint, Sketch
from storage import regrouping
from storage import stories as archive
from storage.records import StoredDocument
from storage.regrouping import By
from storage.store import Store


def settle(store: Store, stored: StoredDocument, sketch: Sketch, telling: Fingerprint, now: datetime) -> Assignment:
    """The story of a document, once the stories that it shows to be one are merged and, when it was edited, moved.

    To be called before it is decided whom to tell: who was told of either story is told of both. Each merge is a
    transaction of its own and needs nothing but the document's text, so a walk that was killed does it again.
    """
    if stored.story is not None and stored.previous is None:  # the rules changed, the text did not
        return Assignment(stored.story, opens=False, why="")
    found = archive.candidates(store, sketch.hashes, stories.probes(telling))
    others = [each for each in found if each.url != stored.document.url]
    told = stories.assign(stored.document.key, sketch, others, telling)
    here = Candidate(stored.story or _living(store, told.story), stored.document.url, sketch, telling)
    if stored.story is None:
        return _united(store, here, told._replace(story=here.story), now)
    return _united(store, here, _edited(store, here, stored, told, now), now)


def _living(store: Store, story: str) -> str:
    """Where a story of this name was merged into another, the document belongs there."""
    return archive.surviving(store, story) or story


def _edited(store: Store, here: Candidate, stored: StoredDocument, told: Assignment, now: datetime) -> Assignment:
    """Where a document belongs after it was edited: in its story still, unless all the others contradict it."""
    rest = [each for each in archive.members(store, here.story, MOST_MEMBERS + 1) if each.url != here.url]
    if stories.is_stray(here, rest) and not regrouping.was_placed(store, stored.id):
        target = None if told.opens or told.story == here.story else told.story
        moved = regrouping.move(store, stored.id, target, "edited: now tells another event", now, By.EVIDENCE)
        return Assignment(moved, opens=False, why="", others=told.others)
    known = () if told.opens else (told.story, *told.others)
    return Assignment(here.story, opens=False, why="", others=tuple(each for each in known if each != here.story))


def _united(store: Store, here: Candidate, told: Assignment, now: datetime) -> Assignment:
    """Merge the other stories that the document tells with its own, where nothing in them speaks against it."""
    story = told.story
    for other in told.others:
        if _is_one(store, here, story, other):
            story = regrouping.merge(store, story, other, f"one event: {here.url} tells both", now, By.EVIDENCE)
    return told._replace(story=story)


def _is_one(store: Store, here: Candidate, one: str, other: str) -> bool:
    living = archive.surviving(store, other)
    if living in (None, one) or regrouping.kept_apart(store, one, other):
        return False
    some = [here, *(each for each in archive.members(store, one, MOST_MEMBERS) if each.url != here.url)]
    return stories.one_event(some, archive.members(store, other, MOST_MEMBERS))
