"""Which phases a relevant document is chiefly about: by what it says is done, where, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from prrwatch.relevance.hits import Hit
from prrwatch.relevance.layout import Place
from prrwatch.relevance.ruleset import PhaseSigns
from prrwatch.verdict import Phase

_WORTH = {Place.TITLE: 2.5, Place.LEAD: 1.0, Place.BODY: 0.8, Place.TAIL: 0.4, Place.MENU: 0.0}


_HELD = frozenset({"camp", "captivity"})  #: "in the prisons of Baghdad": where they were, no trial


def phases(found: Sequence[Hit], signs: Sequence[PhaseSigns]) -> tuple[Phase, ...]:
    """The phases whose signs are strong enough, by themselves and beside the strongest; at least the strongest."""
    told = _apart(found)
    strength = {each.phase: _strength(told, each) for each in signs}
    most = max(strength.values(), default=0.0)
    if not most:
        return ()
    chief = {
        each.phase
        for each in signs
        if strength[each.phase] >= max(each.least, each.share * most) or strength[each.phase] == most
    }
    return tuple(phase for phase in Phase if phase in chief)


def _apart(found: Sequence[Hit]) -> Sequence[Hit]:
    """Without the words that only say where people are held."""
    held = [hit for hit in found if hit.term.concept in _HELD and hit.last > hit.position]
    return [
        hit
        for hit in found
        if hit.term.concept in _HELD or not any(each.start <= hit.start and hit.end <= each.end for each in held)
    ]


def _strength(found: Sequence[Hit], signs: PhaseSigns) -> float:
    """Each sign counts once a sentence, by its best place there."""
    best: dict[tuple[int, str], float] = defaultdict(float)
    for hit in found:
        concept = hit.term.concept or ""
        if concept in signs.signs:
            key = (hit.sentence, concept)
            best[key] = max(best[key], signs.signs[concept] * _WORTH[hit.place])
    return sum(best.values())
