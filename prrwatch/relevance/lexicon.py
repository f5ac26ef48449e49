"""Finds the terms of a ruleset in a folded text: Aho-Corasick for first words, states of a graph of words for the rest.

One pass over the text, whatever the number of terms; every step after a first word is a dictionary look-up, and the
number of steps is bounded by the shape of the terms, not by the text. Measured in bench/screening.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from prrwatch.relevance.folding import Folded, fold
from prrwatch.relevance.graph import NOWHERE, Node, State, States, insert
from prrwatch.relevance.patterns import Pattern, count

_WORD = re.compile(r"\S+")
_AROUND = 30  #: characters on both sides of a word that tell whether its line is all capitals


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: its number, its first and last word by index."""

    term: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text as the lexicon reads it."""

    folded: Folded
    tokens: Sequence[str]  #: the words of `folded.text`
    starts: Sequence[int]  #: where each begins in `folded.text`
    original: str

    def span(self, first: int, last: int) -> tuple[int, int]:
        """From the first word to the last, in `original`."""
        return self.folded.origin(self.starts[first], self.starts[last] + len(self.tokens[last]))

    def is_written(self, index: int, exact: str) -> bool:
        """Whether the word stands with these capitals, in a line that is not all capitals around it."""
        start, end = self.span(index, index)
        if not self.original.startswith(exact, start):
            return False
        before = self.original[max(0, start - _AROUND) : start].rpartition("\n")[2]
        after = self.original[end : end + _AROUND].partition("\n")[0]
        return not (before + after).isupper()


def words_of(text: str) -> Words:
    """The words of any text."""
    folded = fold(text)
    return Words(folded, folded.text.split(), [match.start() for match in _WORD.finditer(folded.text)], text)


class Lexicon:
    """Terms made ready for matching, when first used: a command that judges nothing, or one language, does not wait."""

    __slots__ = ("_heads", "_read", "_terms")

    def __init__(self, read: Callable[[], Iterable[tuple[int, Pattern]]]) -> None:
        """`read` gives the terms, each with its number, when they are first needed."""
        self._read = read
        self._terms: Sequence[tuple[int, Pattern]] | None = None
        self._heads: _Heads | None = None

    def terms(self) -> Sequence[tuple[int, Pattern]]:
        """The terms with their numbers. Raises whatever reading them raises."""
        if self._terms is None:
            self._terms = tuple(self._read())
        return self._terms

    @property
    def size(self) -> int:
        """How many forms the terms stand for."""
        return sum(count(pattern) for _, pattern in self.terms())

    def find(self, words: Words) -> Iterator[Found]:
        """Every term in the text, in order of their first words."""
        if self._heads is None:
            self._heads = self._made()
        states, first = self._heads.states, self._heads.states.first
        for index in self._heads.begun(words):
            token = words.tokens[index]
            state, exact = first.steps.get(token) or states.step(first, token)
            if state is not None and (state.ends or _goes_on(states, state, words, index + 1)):
                yield from _walk(states, state, words, index, index)
            if exact:
                yield from _walk_exactly(states, exact, words, index, index)

    def _made(self) -> _Heads:
        root = Node()
        for number, pattern in self.terms():
            insert(root, pattern, number)
        heads = [*(f" {text} " for text in root.closed), *(f" {text}" for text in root.opened)]
        return _Heads(ahocorasick_rs.AhoCorasick(heads), States(root))


@dataclass(frozen=True, slots=True)
class _Heads:
    """The first words of all terms: what finds them, and where they lead."""

    automaton: ahocorasick_rs.AhoCorasick
    states: States

    def begun(self, words: Words) -> Iterable[int]:
        """The words, by index and in order, with which a term may begin."""
        text = f" {words.folded.text} "
        matches = self.automaton.find_matches_as_indexes(text, overlapping=True)
        starts = dict.fromkeys([start for _, start, _ in matches])
        return dict.fromkeys([bisect_left(words.starts, start) for start in starts])


def _goes_on(states: States, state: State, words: Words, index: int) -> bool:
    """Whether the next word leads anywhere: after "the" and "to" it hardly ever does."""
    if index >= len(words.tokens):
        return False
    token = words.tokens[index]
    return (state.steps.get(token) or states.step(state, token)) is not NOWHERE


def _walk(states: States, state: State, words: Words, first: int, index: int) -> Iterator[Found]:
    """All terms from the word `first`, when the word `index` has led to the state."""
    tokens = words.tokens
    reached: State | None = state
    while reached is not None:
        for term in reached.ends:
            yield Found(term, first, index)
        index += 1
        if not reached.places or index >= len(tokens):
            return
        token = tokens[index]
        reached, exact = reached.steps.get(token) or states.step(reached, token)
        if exact:
            yield from _walk_exactly(states, exact, words, first, index)


def _walk_exactly(
    states: States, exact: Iterable[tuple[str, State]], words: Words, first: int, index: int
) -> Iterator[Found]:
    for written, state in exact:
        if words.is_written(index, written):
            yield from _walk(states, state, words, first, index)
