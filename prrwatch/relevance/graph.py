"""Terms as a graph of words, and its states made when a text first comes to them.

A state is all places of all terms that a text may have reached after the same words (the subset construction, made
lazily as in RE2: Cox, "Regular Expression Matching in the Wild", 2010). A step is then one look-up, however many terms
begin alike. What is remembered is bounded, and forgotten as a whole when it is full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from prrwatch.relevance.patterns import GAP, Form, Pattern, Word

_BEGIN = 3  #: letters by which words are sorted that may go on
_MOST_STEPS = 25_000  #: steps that are remembered; an archive's vocabulary would have no end


@dataclass(slots=True, eq=False)
class Node:
    """A place between two words of a term: what may follow, and whether the term may end here."""

    ends: int | None = None  #: the number of the term
    closed: dict[str, list[Edge]] = field(default_factory=dict)
    opened: dict[str, list[Edge]] = field(default_factory=dict)
    gap: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A word that leads on, and how it must be written, where that matters."""

    to: Node
    exact: str | None


_Places = tuple[tuple[Node, int], ...]  #: nodes, each with the number of words that may still be tried there


class State:
    """What a text may be in the middle of."""

    __slots__ = ("_begun", "_closed", "_opened", "_short", "ends", "missed", "places", "steps")

    def __init__(self, ends: tuple[int, ...], places: _Places) -> None:
        self.ends = ends  #: terms that are complete here
        self.places = places
        self.steps: dict[str, Step] = {}
        self.missed: Step | None = None  #: where any word leads that no term wants here
        self._closed: dict[str, list[Edge]] = {}
        self._opened: dict[str, list[Edge]] = {}
        self._begun: dict[str, tuple[str, ...]] | None = None
        self._short: tuple[str, ...] = ()

    def edges(self, token: str) -> Sequence[Edge]:
        """The edges of all places that a word of the text may take."""
        if self._begun is None:
            self._begun = self._gather()
        closed = self._closed.get(token, ())
        begun = self._begun.get(token[:_BEGIN], self._short)
        return [*closed, *self._going_on(token, begun)] if token.startswith(begun) else closed

    def _going_on(self, token: str, begun: Iterable[str]) -> Iterator[Edge]:
        for beginning in begun:
            if token.startswith(beginning):
                yield from self._opened[beginning]

    def _gather(self) -> dict[str, tuple[str, ...]]:
        """The words that may go on, by their first letters: a word of a text is held against few of them."""
        if len(self.places) == 1:
            self._closed, self._opened = self.places[0][0].closed, self.places[0][0].opened
        else:
            for node, _ in self.places:
                for word, edges in node.closed.items():
                    self._closed.setdefault(word, []).extend(edges)
                for word, edges in node.opened.items():
                    self._opened.setdefault(word, []).extend(edges)
        self._short = tuple(word for word in self._opened if len(word) < _BEGIN)
        begun: dict[str, list[str]] = defaultdict(lambda: list(self._short))
        for word in self._opened:
            if len(word) >= _BEGIN:
                begun[word[:_BEGIN]].append(word)
        return {start: tuple(words) for start, words in begun.items()}


_Key = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]
#: Where a word leads, and where it leads besides when it is written in certain capitals.
Step = tuple[State | None, tuple[tuple[str, State], ...]]
NOWHERE: Step = (None, ())


class States:
    """The states of one lexicon; `first` is the one before any word."""

    __slots__ = ("_known", "_steps", "first")

    def __init__(self, root: Node) -> None:
        self.first = State((), ((root, 1),))
        self._known: dict[_Key, State] = {}
        self._steps = 0

    def _after(self, edges: Iterable[Edge], waiting: Iterable[tuple[Node, int]]) -> Step:
        """Where the edges lead, beside the nodes that still wait for a word."""
        plain = [edge.to for edge in edges if edge.exact is None]
        capital: dict[str, list[Node]] = {}
        for edge in edges:
            if edge.exact is not None:
                capital.setdefault(edge.exact, []).append(edge.to)
        exact = tuple((written, self._at(nodes, ())) for written, nodes in capital.items())
        state = self._at(plain, waiting)
        return (state if state.ends or state.places else None), exact

    def step(self, state: State, token: str) -> Step:
        """Where a word leads from a state."""
        if self._steps > _MOST_STEPS:
            self._forget()
        self._steps += 1
        edges = state.edges(token)
        if edges or state.missed is None:
            waiting = [(node, tries - 1) for node, tries in state.places if tries > 1]
            step = self._after(edges, waiting) if edges or waiting else NOWHERE
            if not edges:
                state.missed = step
        else:
            step = state.missed
        state.steps[token] = step
        return step

    def _at(self, nodes: Iterable[Node], waiting: Iterable[tuple[Node, int]]) -> State:
        reached = dict.fromkeys(nodes)
        places = dict(waiting)
        for node in reached:
            if node.closed or node.opened:
                places[node] = max(1, places.get(node, 0))
            if node.gap is not None:
                places[node.gap] = GAP + 1
        ends = tuple(dict.fromkeys(node.ends for node in reached if node.ends is not None))
        return self._state(ends, tuple(places.items()))

    def _state(self, ends: tuple[int, ...], places: _Places) -> State:
        key = (ends, tuple(sorted((id(node), tries) for node, tries in places)))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = State(ends, places)
        return known

    def _forget(self) -> None:
        for state in (self.first, *self._known.values()):
            state.steps.clear()
            state.missed = None
        self._known.clear()
        self._steps = 0


def insert(root: Node, pattern: Pattern, number: int) -> None:
    """Adds a term: one node between two places, so that alternatives add up and do not multiply."""
    reached = [root]
    for place in pattern:
        target = Node()
        for node in reached:
            for form in place:
                if form:
                    _add(node, form, target)
        reached = [*reached, target] if () in place else [target]
    for node in reached:
        if node is not root:
            node.ends = number


def _add(node: Node, form: Form, target: Node) -> None:
    for step in form[:-1]:
        following = Node()
        _link(node, step, following)
        node = node.gap or following if step is None else following
    _link(node, form[-1], target)


def _link(node: Node, step: Word | None, target: Node) -> None:
    if step is None:
        node.gap = node.gap or target
        return
    edges = node.opened if step.is_open else node.closed
    for prefix in step.prefixes:
        edges.setdefault(prefix + step.text, []).append(Edge(target, step.exact))
