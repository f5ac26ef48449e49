"""Finds the terms of a ruleset in a folded text: Aho-Corasick for first words, a graph of words for the rest.

One pass over the text, whatever the number of terms; every step after a first word is a dictionary look-up, and the number of steps is
bounded by the shape of the terms, not by the text. Measured in bench/screening.py.
"""

from __future__ import annotations

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

    def edges(self, token: str) -> Iterator[_Edge]:
        """The edges that a token of the text may take."""
        yield from self.closed.get(token, ())
        for length in self.lengths:
            if length > len(token):
                return
            yield from self.opened.get(token[:length], ())


@dataclass(frozen=True, slots=True)
class _Edge:
    to: _Node
    exact: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: its number, first and last word (by index), both ends in the folded text."""

    term: int
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text as the lexicon reads it."""

    folded: Folded
    spans: Sequence[tuple[int, int]]  #: of the words in `folded.text`
    original: str

    def token(self, index: int) -> str:
        """The word, folded; empty behind the last."""
        if index >= len(self.spans):
            return ""
        start, end = self.spans[index]
        return self.folded.text[start:end]

    def is_written(self, index: int, exact: str) -> bool:
        """Whether the word stands with these capitals, in a text that is not all capitals around it."""
        start, end = self.folded.origin(*self.spans[index])
        around = self.original[max(0, start - 30) : start] + self.original[end : end + 30]
        return self.original.startswith(exact, start) and not around.isupper()


class Lexicon:
    """Terms made ready for matching. Not changed after construction."""

    __slots__ = ("_automaton", "_heads", "size")

    def __init__(self, terms: Iterable[Iterable[Pattern]]) -> None:
        root = _Node()
        self.size = 0  #: forms that the terms stand for
        for number, patterns in enumerate(terms):
            for pattern in patterns:
                _insert(root, pattern, number)
                self.size += count(pattern)
        heads = [(f" {text} ", edges) for text, edges in root.closed.items()]
        heads += [(f" {text}", edges) for text, edges in root.opened.items()]
        self._heads = tuple(edges for _, edges in heads)
        self._automaton = ahocorasick_rs.AhoCorasick([text for text, _ in heads]) if heads else None

    def find(self, words: Words) -> Iterator[Found]:
        """Every term in the text, in order of their first words."""
        if self._automaton is None:
            return
        index_of = {start: index for index, (start, _) in enumerate(words.spans)}
        text = " ".join(("", words.folded.text, ""))
        for head, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            first = index_of[start]
            for last, term in _follow(self._heads[head], words, first):
                yield Found(term, first, last, words.spans[first][0], words.spans[last][1])


def _follow(edges: Iterable[_Edge], words: Words, index: int) -> Iterator[tuple[int, int]]:
    """Last word and number of every term that goes on over one of the edges with the word `index`."""
    for edge in edges:
        if edge.exact is not None and not words.is_written(index, edge.exact):
            continue
        node = edge.to
        if node.ends is not None:
            yield index, node.ends
        if node.closed or node.opened:
            yield from _follow(node.edges(words.token(index + 1)), words, index + 1)
        if node.gap is not None:
            for skipped in range(1, GAP + 2):
                yield from _follow(node.gap.edges(words.token(index + skipped)), words, index + skipped)


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
