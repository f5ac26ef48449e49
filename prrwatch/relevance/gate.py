"""A cheap look at all that a page shows: can any text taken from it be relevant?

Every rule and every picture has a need that only *telling* concepts meet (`telling` in rules.toml; checked when rules
are read), so a page on which the telling concepts meet no rule's needs can be left alone. A telling term counts as
being there when its words stand near each other: one pass over the bytes of the page (Aho and Corasick, CACM 18, 1975)
finds them. That is less than the term asks for, so nothing that `judge` could find in the page is overlooked.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import ahocorasick_rs

from prrwatch.relevance.folding import fold
from prrwatch.relevance.lexicon import shows
from prrwatch.relevance.patterns import Form, Pattern, Word

#: Code; but not what a page says of itself (JSON-LD), nor what may be text after a tag that was never closed.
_CODE = re.compile(
    r"<(?:script(?![^<>]*ld\+json)|style)(?=[\s>])[^<>]*>[^<]*(?:<(?!/?(?:script|style|p|div|html|body)\b|!--)[^<]*)*"
    r"</(?:script|style)\s*>",
    re.IGNORECASE,
)
#: A tag inside of a line, or a comment, behind a letter: what follows it may belong to the same word.
_INLINE = re.compile(
    r"<(?<![\s>]<)(?i:!--|/?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp"
    r"|small|span|strike|strong|sub|sup|time|tt|u|var|wbr)(?=[\s/>]))[^<>]*>"
    r"(?:</?(?i:[abisu]|em|span|strong|wbr)(?=[\s/>])[^<>]*>)*"
)
_TAG = re.compile(r"<[^<>]*>")
#: Where pages write their title and summary besides.
_META = re.compile(r"<(?i:meta)\s([^<>]*)>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: ASCII as `fold` has it; all else has been folded before.
_BYTES = bytes(code if code > 0x7F else ord(chr(code).lower()) if chr(code).isalnum() else 0x20 for code in range(256))
_MOST_RUNS = 50_000  #: runs of letters that are remembered
_EXACT = 7  #: letters of a word that is as rare as one that must stand in capitals
_NEAR = 400  #: bytes between two words of a term, three words that it does not know among them

Needs = Sequence[frozenset[str]]


class Gate:
    """The telling terms of a ruleset, made ready when first used."""

    __slots__ = ("_keys", "_needs", "_terms")

    def __init__(self, terms: Iterable[tuple[str, Pattern]], needs: Iterable[Needs]) -> None:
        """`terms`: of the telling concepts only; `needs`: of every rule, those that telling concepts alone meet."""
        self._terms = tuple(terms)
        self._needs = tuple(needs)
        self._keys: _Keys | None = None

    def opens(self, page: str) -> bool:
        """See `judging.could_match`."""
        if self._keys is None:
            self._keys = _Keys(self._terms)
        concepts = self._keys.concepts(_text(page) if "<" in page or "&" in page else page)
        return any(not any(need.isdisjoint(concepts) for need in needs) for needs in self._needs)


def telling_needs(needs: Iterable[frozenset[str]], telling: frozenset[str]) -> Needs:
    """The needs of one rule that telling concepts alone can meet."""
    return tuple(need for need in needs if need <= telling)


_Key = tuple[str, str | None]  #: folded, with the spaces around it; and as it must be written, where that matters
_Places = Mapping[int, Sequence[int]]  #: number of a key -> where it stands


class _Keys:
    """The words that terms cannot do without."""

    __slots__ = ("_automaton", "_begun", "_exact", "_spelled")

    def __init__(self, terms: Iterable[tuple[str, Pattern]]) -> None:
        numbers: dict[_Key, int] = {}
        self._begun: dict[int, list[tuple[str, Sequence[frozenset[int]]]]] = defaultdict(list)
        for concept, pattern in terms:
            for needed in _needed(pattern):
                first, *more = [frozenset(numbers.setdefault(key, len(numbers)) for key in keys) for keys in needed]
                wanted = (concept, tuple(more))
                for number in first:
                    self._begun[number].append(wanted)
        spelled: dict[bytes, list[int]] = defaultdict(list)
        for (key, _), number in numbers.items():
            spelled[key.encode()].append(number)
        self._spelled = tuple(spelled.values())
        self._exact = {number: exact for (_, exact), number in numbers.items() if exact}
        self._automaton = ahocorasick_rs.BytesAhoCorasick(list(spelled))

    def concepts(self, text: str) -> set[str]:
        """The concepts that the text may hold."""
        places = self._places(text)
        found: set[str] = set()
        for number, at in places.items():
            for concept, more in self._begun.get(number, ()):
                if concept not in found and _are_near(at, more, places):
                    found.add(concept)
        return found

    def _places(self, text: str) -> _Places:
        folded = text if text.isascii() else _FOREIGN.sub(lambda run: _RUNS[run[0]], text)
        words = folded.encode("utf-8", "surrogatepass").translate(_BYTES).split()
        places: dict[int, list[int]] = defaultdict(list)
        matches = self._automaton.find_matches_as_indexes(b" %b " % b" ".join(words), overlapping=True)
        for key, start, _ in matches:
            for number in self._spelled[key]:
                places[number].append(start)
        for number in places.keys() & self._exact.keys():
            if not shows(text, self._exact[number]):
                del places[number]
        return places


def _are_near(at: Sequence[int], more: Iterable[frozenset[int]], places: _Places) -> bool:
    """Whether one of each further set of keys stands near one of the places."""
    there = [keys & places.keys() for keys in more]
    return all(any(_is_near(at, places[key]) for key in keys) for keys in there)


def _is_near(these: Sequence[int], those: Sequence[int]) -> bool:
    few, many = (these, those) if len(these) < len(those) else (those, these)
    return any((past := bisect_left(many, place - _NEAR)) < len(many) and many[past] <= place + _NEAR for place in few)


class _Runs(dict[str, str]):
    """Runs of letters outside of ASCII, folded; a language's words come again and again."""

    def __missing__(self, run: str) -> str:
        if len(self) > _MOST_RUNS:
            self.clear()
        self[run] = folded = fold(run).text
        return folded


_RUNS = _Runs()


def _text(page: str) -> str:
    """All the words that the page may show, a line for each: which of them will share a line is not known."""
    shown = _TAG.sub("\n", _INLINE.sub("", _CODE.sub("\n", page)))
    text = html.unescape("\n".join([shown, *_META.findall(page)]))
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "\\u" in text else text
    return "\n".join(text.split())


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
