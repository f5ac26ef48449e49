"""A cheap look at all that a page shows: can any text taken from it be relevant?

Every rule and every picture has a need that only *telling* concepts meet (`telling` in rules.toml; checked when rules
are read), so a page on which the telling concepts meet no rule's needs can be left alone. One pass over the bytes of
the page (Aho and Corasick, CACM 18, 1975) finds the lines that have all words of a telling term; only those are read
as `judge` would read them. No term reaches over the end of a line, so nothing that `judge` could find is overlooked.
"""

from __future__ import annotations

import html
import itertools
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import ahocorasick_rs

from prrwatch.relevance.folding import folded_bytes
from prrwatch.relevance.lexicon import Found, Lexicon, words_of
from prrwatch.relevance.patterns import Form, Pattern, Word

#: Code; but not what a page says of itself (JSON-LD), nor what may be text after a tag that was never closed.
_CODE = re.compile(
    r"<(?:script(?![^<>]*ld\+json)|style)(?=[\s>])[^<>]*>[^<]*(?:<(?!/?(?:script|style|p|div|html|body)\b|!--)[^<]*)*"
    r"</(?:script|style)\s*>",
    re.IGNORECASE,
)
#: What ends a line; the letters on both sides of any other tag may be one word.
_BLOCK = re.compile(
    r"</?(?i:address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption"
    r"|figure|footer|form|h[1-6r]|head|header|html|iframe|img|input|legend|li|link|main|menu|meta|nav|ol|option|p|pre"
    r"|script|section|select|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul|video)(?=[\s/>])[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*>")
#: Where pages write their title and summary besides.
_META = re.compile(r"<(?i:meta)\s([^<>]*)>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_EXACT = 7  #: letters of a word that is as rare as one that must stand in capitals

_TWICE = 2  #: so often a rule may need one concept

Needs = Sequence[frozenset[str]]


class Sieve:
    """Terms, and the words that they cannot do without: a look at each character where a text has none of them."""

    __slots__ = ("_keys", "_lexicon")

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._keys: _Keys | None = None

    def finds(self, text: str) -> Iterator[Found]:
        """The terms in the text, line by line; none that reaches over the end of a line."""
        if self._keys is None:
            self._keys = _Keys(pattern for _, pattern in self._lexicon.terms())
        for line in self._keys.lines(text):
            yield from self._lexicon.find(words_of(line))

    def make_ready(self) -> None:
        """Do now what the first line with a term would wait for (.2 s), for all processes that are forked later."""
        list(self.finds(""))
        list(self._lexicon.find(words_of("")))


class Gate:
    """The telling terms of a ruleset, made ready when first used."""

    __slots__ = ("_concepts", "_needs", "_sieve")

    def __init__(self, sieve: Sieve, concepts: Sequence[str], needs: Sequence[Needs]) -> None:
        """`concepts`: of the terms of the sieve; `needs`: of every rule, those that these concepts alone meet."""
        self._sieve = sieve
        self._concepts = concepts
        self._needs = needs

    def make_ready(self) -> None:
        """See `Sieve.make_ready`."""
        self._sieve.make_ready()

    def opens(self, page: str) -> bool:
        """See `judging.could_match`."""
        return self.opens_for(_text(page) if "<" in page or "&" in page else page)

    def opens_for(self, text: str) -> bool:
        """The same of a text without tags."""
        there = Counter[str]()
        for found in self._sieve.finds(text):
            concept = self._concepts[found.term]
            if there[concept] < _TWICE:
                there[concept] += 1
                if self._suffice(there):
                    return True
        return False

    def _suffice(self, there: Mapping[str, int]) -> bool:
        """Whether the needs of a rule are met; one that it has twice, by two finds."""
        return any(
            all(sum(there.get(concept, 0) for concept in need) >= needs.count(need) for need in needs)
            for needs in self._needs
        )


def telling_needs(needs: Iterable[frozenset[str]], telling: frozenset[str]) -> Needs:
    """The needs of one rule that telling concepts alone can meet."""
    return tuple(need for need in needs if need <= telling)


_Key = tuple[str, str | None]  #: folded, with the spaces around it; and as it must be written, where that matters


class _Keys:
    """The words that terms cannot do without."""

    __slots__ = ("_automaton", "_begun", "_exact", "_spelled")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        numbers: dict[_Key, int] = {}
        self._begun: dict[int, list[Sequence[frozenset[int]]]] = defaultdict(list)
        for needed in itertools.chain.from_iterable(map(_needed, patterns)):
            first, *more = [frozenset(numbers.setdefault(key, len(numbers)) for key in keys) for keys in needed]
            for number in first:
                self._begun[number].append(more)
        spelled: dict[bytes, list[int]] = defaultdict(list)
        for (key, _), number in numbers.items():
            spelled[key.encode()].append(number)
        self._spelled = tuple(spelled.values())
        self._exact = {number: exact for (_, exact), number in numbers.items() if exact}
        self._automaton = ahocorasick_rs.BytesAhoCorasick(list(spelled))

    def lines(self, text: str) -> Iterator[str]:
        """The lines of the text that have all words of any term."""
        lines = text.split("\n")
        return (lines[at] for at, there in self._numbers(lines).items() if self._has(there, lines[at]))

    def _has(self, there: set[int], line: str) -> bool:
        for number in there & self._exact.keys():
            if self._exact[number] not in line:
                there.remove(number)
        return any(
            not any(keys.isdisjoint(there) for keys in more) for number in there for more in self._begun.get(number, ())
        )

    def _numbers(self, lines: Iterable[str]) -> Mapping[int, set[int]]:
        """Line -> the numbers of the keys that stand in it."""
        read = [b" %b " % b" ".join(folded_bytes(line).replace(b"\0", b"").split()) for line in lines]
        ends = list(itertools.accumulate(map(len, read)))
        numbers: dict[int, set[int]] = defaultdict(set)
        for key, start, _ in self._automaton.find_matches_as_indexes(b"".join(read), overlapping=True):
            numbers[bisect_right(ends, start)].update(self._spelled[key])
        return numbers


def _text(page: str) -> str:
    """All that the page may show, a line for each of its blocks, with entities and escapes read."""
    shown = _TAG.sub("", _BLOCK.sub("\n", _CODE.sub("\n", page).replace("\n", " ")))
    text = html.unescape("\n".join([shown, *_META.findall(page)]))
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "\\u" in text else text


def _needed(pattern: Pattern) -> Iterable[Sequence[Sequence[_Key]]]:
    """What a term needs: one key of each set, the set of the longest and so the rarest first.

    A list of forms in one place is as many terms.
    """
    places = [place for place in pattern if all(any(form) for form in place)]
    if len(places) == 1:
        forms = [[_spellings(phrase) for phrase in _phrases(form)] for form in places[0]]
    else:
        forms = [[[key for form in place for key in _rarest(form)] for place in places]]
    return (sorted(form, key=_shortest, reverse=True) for form in forms)


def _shortest(keys: Sequence[_Key]) -> int:
    return min(_EXACT if exact else len(key) for key, exact in keys)


def _rarest(form: Form) -> Sequence[_Key]:
    """The spellings of the longest phrase."""
    return max((_spellings(phrase) for phrase in _phrases(form)), key=_shortest)


def _phrases(form: Form) -> Iterator[Sequence[Word]]:
    """The words that stand one after another, until one may go on, or another may begin with more."""
    phrase: list[Word] = []
    for word in form:
        if phrase and (word is None or word.prefixes != ("",) or phrase[-1].is_open or phrase[-1].exact):
            yield phrase
            phrase = []
        if word is not None:
            phrase.append(word)
    if phrase:
        yield phrase


def _spellings(phrase: Sequence[Word]) -> Sequence[_Key]:
    text = " ".join(word.text for word in phrase)
    last = phrase[-1]
    return [(f" {prefix}{text}{'' if last.is_open else ' '}", last.exact) for prefix in phrase[0].prefixes]
