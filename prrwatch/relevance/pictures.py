"""What a document tells as a whole: many weak traits in one stretch of it, where no single place has all the proofs.

A feature names Raqqa in its second paragraph, the plane in its fourth and the school in its last. Each trait counts
once, the best stretch counts, and one word never serves two traits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from prrwatch.relevance.hits import Hit
from prrwatch.relevance.layout import Place
from prrwatch.relevance.ruleset import Picture

_NAMES = 0.3  #: the weight from which on a trait names the subject
_ROUNDED = 1e-9


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture in a document: one hit for each trait, in order, and the sum of their weights."""

    picture: Picture
    hits: tuple[Hit, ...]
    weight: float
    apart: float  #: what the traits weigh that also stand outside of the sentence that has most of them
    strongest: int  #: the position of the first trait in that sentence
    named: int  #: the position of the first trait that is strong enough to name the subject; 0: none is
    is_whole: bool  #: whether all needs are also met outside of that sentence


def seen(found: Sequence[Hit], pictures: Iterable[Picture]) -> Iterator[Seen]:
    """Each picture that has all its needs, where most of its traits stand together. Linear in the number of hits."""
    for picture in pictures:
        traits = _apart(found, picture.traits)
        best = _best_stretch(traits, picture)
        if best is not None:
            first, past = best
            yield _seen(picture, traits[first:past])


def _seen(picture: Picture, traits: Sequence[Hit]) -> Seen:
    shown = _one_each(traits)
    by_sentence: dict[int, set[str]] = defaultdict(set)
    for hit in traits:
        by_sentence[hit.sentence].add(_trait(hit))
    weights = {sentence: _weight(picture, its) for sentence, its in by_sentence.items()}
    strongest = max(weights, key=lambda sentence: (weights[sentence], -sentence))
    elsewhere = {trait for sentence, its in by_sentence.items() if sentence != strongest for trait in its}
    return Seen(
        picture=picture,
        hits=shown,
        weight=_weight(picture, map(_trait, shown)),
        apart=_weight(picture, elsewhere),
        is_whole=not any(need.isdisjoint(elsewhere) for need in picture.needs),
        named=min((hit.position for hit in traits if picture.traits[_trait(hit)] >= _NAMES), default=0),
        strongest=min(hit.position for hit in traits if hit.sentence == strongest),
    )


def _weight(picture: Picture, traits: Iterable[str]) -> float:
    # exact, so that the order of a set, another in every process, decides no tie
    return fsum(picture.traits[trait] for trait in traits)


def _trait(hit: Hit) -> str:
    return hit.term.concept or ""


def _apart(found: Sequence[Hit], weights: Mapping[str, float]) -> list[Hit]:
    """The traits in order, none sharing a word with another: the weightier one has it. Closing links are left out."""
    taken: set[int] = set()
    acts: set[int] = set()
    kept: list[Hit] = []
    traits = [hit for hit in found if _trait(hit) in weights and hit.place is not Place.TAIL]
    for hit in sorted(traits, key=lambda hit: -weights[_trait(hit)]):
        words = range(hit.position, hit.last + 1)
        if hit.term.is_act:
            is_free = acts.isdisjoint(words) and not taken.issuperset(words)
        else:
            is_free = taken.isdisjoint(words) and (hit.term.is_thing or acts.isdisjoint(words))
        if is_free:
            (acts if hit.term.is_act else taken).update(words)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.position)


def _best_stretch(traits: Sequence[Hit], picture: Picture) -> tuple[int, int] | None:
    """First and past the last of the traits that weigh most together, all needs among them."""
    best, most = None, 0.0
    weights, inside = picture.traits, Counter[str]()
    weight, first = 0.0, 0
    named = [_trait(hit) for hit in traits]
    for index, (hit, trait) in enumerate(zip(traits, named, strict=True)):
        weight += 0.0 if inside[trait] else weights[trait]
        inside[trait] += 1
        while hit.position - traits[first].position > picture.within:
            inside[named[first]] -= 1
            weight -= 0.0 if inside[named[first]] else weights[named[first]]
            first += 1
        # rounding must not make a later stretch of the same traits the better one
        if weight > most + _ROUNDED and _has_all(picture.needs, inside):
            best, most = (first, index + 1), weight
    return best


def _has_all(needs: Iterable[frozenset[str]], inside: Mapping[str, int]) -> bool:
    return all(any(inside.get(trait) for trait in need) for need in needs)


def _one_each(traits: Iterable[Hit]) -> tuple[Hit, ...]:
    firsts: dict[str, Hit] = {}
    for hit in traits:
        firsts.setdefault(_trait(hit), hit)
    return tuple(firsts.values())
