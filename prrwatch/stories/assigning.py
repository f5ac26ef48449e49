"""The story a document belongs to, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from prrwatch.stories.copies import COPY, TOO_SHORT, Sketch, containment, sketch
from prrwatch.stories.late import one_event
from prrwatch.stories.rarity import Rarity
from prrwatch.stories.record import Assignment, Candidate, Fingerprint, Telling
from prrwatch.stories.scoring import SAME_EVENT, Likeness, is_filled_in, likeness
from prrwatch.stories.shelf import Shelf
from prrwatch.stories.taking import fingerprint, keys
from prrwatch.urls import kin

#: The best members of a story that must on average not speak against the newcomer, and how far they may.
_WITNESSES = 3
_DOUBT = -2.0
#: So much of the wording in common is stronger than other numbers or other towns, not than both, nor another count.
_COPIED = 8.0


@dataclass(frozen=True, slots=True)
class _Match:
    """One filed document beside the newcomer."""

    candidate: Candidate
    score: float
    why: str
    forbids: bool  #: they count themselves apart: the first meeting, the second


def assign(
    key: str, newcomer: Sketch, candidates: Iterable[Candidate], telling: Fingerprint | None = None
) -> Assignment:
    """The story of the documents among `candidates` that tell the newcomer's event, or a new one named after its `key`.

    A copy by its wording needs no fingerprint; any other report needs one on both sides. A story in which a document
    counts itself apart from the newcomer (the second meeting, not the first) is not joined, however alike it is.
    """
    by_story: dict[str, list[_Match]] = defaultdict(list)
    for candidate in candidates:
        by_story[candidate.story].append(_match(newcomer, telling, candidate))
    ranked = [best for matches in by_story.values() if (best := _best(matches))]
    if not ranked:
        return Assignment(story_id(key), opens=True, why="first")
    ranked.sort(key=lambda match: (match.score, match.candidate.url), reverse=True)
    others = tuple(match.candidate.story for match in ranked[1:])
    return Assignment(ranked[0].candidate.story, opens=False, why=ranked[0].why, others=others)


def story_id(key: str) -> str:
    """The token of the story that the document with this canonical key opens: `s-` and 16 hex digits.

    The same for translations under one id of the publisher: whichever comes second thus joins the first.
    """
    return f"s-{sha256(kin(key).encode()).hexdigest()[:16]}"


def group(documents: Sequence[tuple[str, str]]) -> list[Assignment]:
    """Assign a batch of `(key, text)` in order, each among those before it."""
    return group_tellings([(key, Telling(None, text, None, None)) for key, text in documents])


def group_tellings(documents: Sequence[tuple[str, Telling]]) -> list[Assignment]:
    """Assign a batch in order, each among those before it; how rare a word is, is counted over the whole batch.

    Stories that a later document shows to be one are one in all that is returned, under the id of the earlier one.
    """
    counts = Counter(key for _, telling in documents for key in keys(telling))
    rarity = Rarity(len(documents), counts)
    shelf = Shelf()
    assignments = []
    for key, telling in documents:
        copied, told = sketch(telling.text), fingerprint(telling, rarity)
        assignment = assign(key, copied, shelf.candidates(copied, told), told)
        newcomer = Candidate(assignment.story, key, copied, told)
        for other in assignment.others:
            if one_event([newcomer, *shelf.members(newcomer.story)], shelf.members(other)):
                newcomer = replace(newcomer, story=shelf.merge(newcomer.story, other))
        shelf.file(newcomer)
        assignments.append(assignment)
    return [each._replace(story=shelf.story(number)) for number, each in enumerate(assignments)]


def _match(newcomer: Sketch, telling: Fingerprint | None, candidate: Candidate) -> _Match:
    copied = _copied(newcomer, candidate.sketch)
    if telling is None or candidate.fingerprint is None:
        return _Match(candidate, _COPIED if copied else -_COPIED, _copy(candidate, copied), forbids=False)
    alike = likeness(telling, candidate.fingerprint)
    if alike.is_other_day or alike.is_other_turn or is_filled_in(telling, candidate.fingerprint):
        copied = 0.0  # one form filled in anew: the monthly bulletin, the yearly conference, the course in another town
    score = alike.score + (_COPIED if copied else 0.0)
    return _Match(candidate, score, _copy(candidate, copied) or _same(candidate, alike), alike.is_other_turn)


def _best(matches: Sequence[_Match]) -> _Match | None:
    """The member of one story that is most like the newcomer, when the story may be joined."""
    ranked = sorted(matches, key=lambda match: (-match.score, match.candidate.url))
    witnesses = ranked[:_WITNESSES]
    doubtful = sum(match.score for match in witnesses) / len(witnesses) < _DOUBT
    if ranked[0].score <= SAME_EVENT or doubtful or any(match.forbids for match in matches):
        return None
    return ranked[0]


def _copied(newcomer: Sketch, other: Sketch) -> float:
    """How much of the wording two texts have in common, from the measure of a copy on; 0 below it."""
    if min(newcomer.size, other.size) < TOO_SHORT:
        return 0.0
    shared = containment(newcomer, other)
    return shared if shared >= COPY else 0.0


def _copy(candidate: Candidate, copied: float) -> str:
    return f"copy of {candidate.url} (containment {copied:.2f})" if copied else ""


def _same(candidate: Candidate, alike: Likeness) -> str:
    return f"same event as {candidate.url}: {alike.why} ({alike.score:.1f})"
