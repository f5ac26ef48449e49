"""The terms of a ruleset as they stand in one document, ready to be weighed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from prrwatch.relevance.layout import Layout, Place
from prrwatch.relevance.lexicon import Found
from prrwatch.relevance.ruleset import Ruleset, Term

_MOST = 32  #: hits of one concept that are weighed: an article has fewer, a hostile text has no end of them

_MOST_FOUND = 1_500  #: hits that are looked at, shared among the languages: an article of three pages has a hundred
_SPOKEN = 0.6  #: a language with fewer of its common words than this share of the foremost language's is not spoken

_TOLD_BY = 3  #: common words that must be there to tell


@dataclass(frozen=True, slots=True)
class Hit:
    """One term in the document. `start` and `end` are code points of `Layout.written`."""

    term: Term
    start: int
    end: int
    position: int  #: of its first word, menus not counted
    last: int  #: of its last word
    sentence: int
    place: Place
    number: int  #: of the term, for an order that is always the same

    def overlaps(self, other: Hit) -> bool:
        """Whether they share a word: then they are one proof, not two.

        But an act that names a thing ("took her children out of Syria") has words of its own beside it.
        """
        if self.start >= other.end or other.start >= self.end:
            return False
        return not (self._names(other) or other._names(self))

    def _names(self, other: Hit) -> bool:
        is_inside = self.position <= other.position and other.last <= self.last
        is_longer = self.last - self.position > other.last - other.position
        return self.term.is_act and other.term.is_thing and is_inside and is_longer


def hits(layout: Layout, language: str | None, ruleset: Ruleset) -> tuple[Hit, ...]:
    """The hits of a document in order; none in menus, none across sentences, none inside of what swallows it."""
    return _in_order(_located(layout, *_languages(layout, language, ruleset), ruleset))


def names(layout: Layout, ruleset: Ruleset) -> tuple[Hit, ...]:
    """The hits that are of no language: the names of camps, operations and bodies."""
    nobody = frozenset({""}) & ruleset.lexicons.keys()
    return _in_order(_located(layout, nobody, nobody, ruleset))


def _in_order(found: Iterable[Hit]) -> tuple[Hit, ...]:
    ordered = sorted(found, key=_order)
    return tuple(_outermost(_unswallowed(ordered)))


def _located(layout: Layout, tried: frozenset[str], spoken: frozenset[str], ruleset: Ruleset) -> Iterator[Hit]:
    most = _MOST_FOUND // max(1, len(tried))
    for each in sorted(tried):
        for found in islice(ruleset.lexicons[each].find(layout.words), most):
            term = ruleset.terms[found.term]
            if term.confuser is None or each in spoken:
                yield from _placed(layout, found, term)


def _placed(layout: Layout, found: Found, term: Term) -> Iterator[Hit]:
    """The hit, unless it stands in a menu or reaches over the end of a sentence."""
    position = layout.position(found.first)
    start, end = layout.words.span(found.first, found.last)
    sentence = layout.sentence_at(start)
    if position is not None and sentence == layout.sentence_at(end - 1):
        last = position + found.last - found.first
        yield Hit(term, start, end, position, last, sentence, layout.place(found.first), found.term)


def _languages(layout: Layout, language: str | None, ruleset: Ruleset) -> tuple[frozenset[str], frozenset[str]]:
    """The languages whose terms are tried, and those that the document is in.

    Told by the commonest words, since what a text is declared to be is wrong too often where it matters (Uzbek,
    Kazakh, Kyrgyz); the declared language counts too. With too few common words (a headline of names) all languages are
    tried, but only those that may be spoken speak against: German "Operation" is no surgery in an English text.
    """
    words = frozenset(layout.words.tokens)
    common = {each: len(words & its) for each, its in ruleset.common.items()}
    most = max(common.values(), default=0)
    foreign = {each for each, number in common.items() if number < _SPOKEN * most and each != language}
    every = frozenset(ruleset.lexicons)
    spoken = every - foreign
    return (spoken if most >= _TOLD_BY else every), spoken


def _unswallowed(found: Sequence[Hit]) -> Iterator[Hit]:
    """No terms inside of a confuser ("Jusan Bank"), and no confusers inside of a term ("al-Hol refugee camp").

    `found` is in order of start, longest first; so what holds a hit stands before it.
    """
    term_to = confuser_to = -1
    for hit in found:
        if hit.term.swallows:
            if hit.end > max(term_to, confuser_to):
                confuser_to = max(confuser_to, hit.end)
                yield hit
        elif hit.end > confuser_to:
            if hit.last > hit.position and hit.term.concept is not None:
                term_to = max(term_to, hit.end)
            yield hit


def _outermost(found: Iterable[Hit]) -> Iterator[Hit]:
    """Of two hits of one term where one holds the other, the longer."""
    reached: dict[Term, int] = defaultdict(int)
    for hit in found:
        if hit.end > reached[hit.term]:
            reached[hit.term] = hit.end
            yield hit


def _order(hit: Hit) -> tuple[int, int, int]:
    return hit.start, -hit.end, hit.number


class ByConcept:
    """Hits by concept, in order, for finding the one that is nearest to another."""

    __slots__ = ("_hits", "_positions")

    def __init__(self, found: Iterable[Hit]) -> None:
        self._hits: dict[str, list[Hit]] = defaultdict(list)
        for hit in found:
            concept = hit.term.concept
            if concept is not None and len(self._hits[concept]) < _MOST:
                self._hits[concept].append(hit)
        self._positions = {concept: [hit.position for hit in hits] for concept, hits in self._hits.items()}

    def has(self, concepts: frozenset[str]) -> bool:
        """Whether there is a hit of any of the concepts."""
        return not concepts.isdisjoint(self._positions)

    def of(self, concepts: Iterable[str]) -> list[Hit]:
        """All hits of any of the concepts."""
        return sorted((hit for concept in concepts for hit in self._hits.get(concept, ())), key=_order)

    def near(self, concepts: Iterable[str], anchor: Hit, within: int) -> list[Hit]:
        """Hits of any of the concepts within so many words of the anchor that share no word with it, nearest first."""
        found: list[Hit] = []
        for concept in concepts:
            positions = self._positions.get(concept, ())
            first = bisect_left(positions, anchor.position - within)
            past = bisect_left(positions, anchor.position + within + 1)
            found += [hit for hit in self._hits.get(concept, ())[first:past] if not hit.overlaps(anchor)]
        # a set of concepts is in another order in every process; what stands equally near must not be
        found.sort(key=lambda hit: (abs(hit.position - anchor.position), hit.last, hit.number))
        return found
