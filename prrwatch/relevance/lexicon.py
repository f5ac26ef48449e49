"""Finds the terms of a ruleset in a folded text: Aho-Corasick for first words, a graph of words for the rest.

One pass over the text, whatever the number of terms; every step after a first word is a dictionary look-up, and the
number of steps is bounded by the shape of the terms, not by the text. Measured in bench/screening.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from prrwatch.relevance.folding import Folded
from prrwatch.relevance.patterns import GAP, Form, Pattern, Word, count


@dataclass(slots=True)
class _Node:
    """A place between two words of a term: what may follow, and whether the term may end here."""

    ends: int | None = None  #: the number of the term
    closed: dict[str, list[_Edge]] = field(default_factory=dict)
    opened: dict[str, list[_Edge]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  #: lengths of the keys of `opened`
    gap: _Node | None = None

    def edges(self, token: str) -> list[_Edge]:
        """The edges that a word of the text may take."""
        found = list(self.closed.get(token, ()))
        for length in self.lengths:
            if length > len(token):
                break
            found += self.opened.get(token[:length], ())
        return found


@dataclass(frozen=True, slots=True)
class _Edge:
    to: _Node
    exact: str | None


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
        """Whether the word stands with these capitals, in a text that is not all capitals around it."""
        start, end = self.span(index, index)
        if not self.original.startswith(exact, start):
            return False
        around = self.original[max(0, start - 30) : start] + self.original[end : end + 30]
        return not around.isupper()


class Lexicon:
    """Terms made ready for matching, when first used: a command that judges nothing, or one language, does not wait."""

    __slots__ = ("_heads", "_terms", "size")

    def __init__(self, terms: Iterable[tuple[int, Pattern]]) -> None:
        self._terms = tuple(terms)
        self.size = sum(count(pattern) for _, pattern in self._terms)  #: forms that the terms stand for
        self._heads: _Heads | None = None

    def find(self, words: Words) -> Iterator[Found]:
        """Every term in the text, in order of their first words."""
        if self._heads is None:
            self._heads = _heads(self._terms)
        starts = words.starts
        text = f" {words.folded.text} "
        for head, start, _ in self._heads.automaton.find_matches_as_indexes(text, overlapping=True):
            first = bisect_left(starts, start)
            for last, term in _follow(self._heads.edges[head], words, first):
                yield Found(term, first, last)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The first words of all terms: what finds them, and where each leads."""

    automaton: ahocorasick_rs.AhoCorasick
    edges: Sequence[list[_Edge]]


def _heads(terms: Iterable[tuple[int, Pattern]]) -> _Heads:
    root = _Node()
    for number, pattern in terms:
        _insert(root, pattern, number)
    heads = [(f" {text} ", edges) for text, edges in root.closed.items()]
    heads += [(f" {text}", edges) for text, edges in root.opened.items()]
    return _Heads(ahocorasick_rs.AhoCorasick([text for text, _ in heads]), [edges for _, edges in heads])


def _follow(edges: Iterable[_Edge], words: Words, index: int) -> Iterator[tuple[int, int]]:
    """Last word and number of every term that goes on over one of the edges with the word `index`."""
    for edge in edges:
        if edge.exact is not None and not words.is_written(index, edge.exact):
            continue
        node = edge.to
        if node.ends is not None:
            yield index, node.ends
        if node.closed or node.opened:
            yield from _step(node, words, index + 1)
        if node.gap is not None:
            for skipped in range(1, GAP + 2):
                yield from _step(node.gap, words, index + skipped)


def _step(node: _Node, words: Words, index: int) -> Iterator[tuple[int, int]]:
    if index >= len(words.tokens):
        return
    edges = node.edges(words.tokens[index])
    if edges:
        yield from _follow(edges, words, index)


def _insert(root: _Node, pattern: Pattern, number: int) -> None:
    """Adds a term: one node between two places, so that alternatives add up and do not multiply."""
    reached = [root]
    for place in pattern:
        target = _Node()
        for node in reached:
            for form in place:
                if form:
                    _add(node, form, target)
        reached = [*reached, target] if () in place else [target]
    for node in reached:
        if node is not root:
            node.ends = number


def _add(node: _Node, form: Form, target: _Node) -> None:
    for step in form[:-1]:
        following = _Node()
        _link(node, step, following)
        node = node.gap or following if step is None else following
    _link(node, form[-1], target)


def _link(node: _Node, step: Word | None, target: _Node) -> None:
    if step is None:
        node.gap = node.gap or target
        return
    edges = node.opened if step.is_open else node.closed
    for prefix in step.prefixes:
        edges.setdefault(prefix + step.text, []).append(_Edge(target, step.exact))
    if step.is_open:
        node.lengths = tuple(sorted({*node.lengths, *(len(prefix + step.text) for prefix in step.prefixes)}))
