"""A cheap look at a raw page: can anything that is extracted from it be relevant?

Every rule and every picture has a need that only *telling* concepts meet (`telling` in rules.toml; checked when rules
are read), so a page whose telling concepts meet no rule's needs can be left alone. Two steps, both over all that the
page holds, so that no way of extracting can find more: first one rare word of each telling term, in one pass over the
bytes (Aho and Corasick, CACM 18, 1975); for the pages where those would do, the whole terms.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

import ahocorasick_rs

from prrwatch.relevance.folding import fold
from prrwatch.relevance.lexicon import Lexicon, words_of
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
    r"|small|span|strike|strong|sub|sup|time|tt|u|var|wbr)(?=[\s/>]))[^<>]*>(?:</?(?i:[abisu]|em|span|strong|wbr)(?=[\s/>])[^<>]*>)*"
)
_TAG = re.compile(r"<[^<>]*>")
#: Where pages write their title and summary besides.
_META = re.compile(r"<(?i:meta)\s([^<>]*)>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: ASCII as `fold` has it; all else has been folded before.
_BYTES = bytes(code if code > 0x7F else ord(chr(code).lower()) if chr(code).isalnum() else 0x20 for code in range(256))
_MOST_RUNS = 50_000  #: runs of letters that are remembered
_MOST_FOUND = 20_000  #: terms that are looked at before the page counts as one that could match

Needs = Sequence[frozenset[str]]


class Gate:
    """The telling terms of a ruleset, made ready when first used."""

    __slots__ = ("_keys", "_lexicon", "_needs", "_terms")

    def __init__(self, terms: Iterable[tuple[str, Pattern]], needs: Iterable[Needs]) -> None:
        """`terms`: of the telling concepts only; `needs`: of every rule, those that telling concepts alone meet."""
        self._terms = tuple(terms)
        self._needs = tuple(needs)
        self._keys: _Keys | None = None
        self._lexicon = Lexicon((number, pattern) for number, (_, pattern) in enumerate(self._terms))

    def opens(self, page: str) -> bool:
        """See `judging.could_match`."""
        if self._keys is None:
            self._keys = _Keys(self._terms)
        text = _text(page)
        return self._suffice(self._keys.concepts(text)) and self._suffice(self._concepts(text))

    def _suffice(self, concepts: set[str] | None) -> bool:
        if concepts is None:
            return True
        return any(not any(need.isdisjoint(concepts) for need in needs) for needs in self._needs)

    def _concepts(self, text: str) -> set[str] | None:
        """The concepts whose terms stand in the text; None: too many terms to look at."""
        found = [self._terms[each.term][0] for each in islice(self._lexicon.find(words_of(text)), _MOST_FOUND)]
        return None if len(found) == _MOST_FOUND else set(found)


class _Keys:
    """One word of each term that none of its spellings does without."""

    __slots__ = ("_automaton", "_concepts")

    def __init__(self, terms: Iterable[tuple[str, Pattern]]) -> None:
        concepts: dict[bytes, set[str]] = defaultdict(set)
        for concept, pattern in terms:
            for word in _rarest(pattern):
                for prefix in word.prefixes:
                    concepts[f" {prefix}{word.text}{'' if word.is_open else ' '}".encode()].add(concept)
        self._concepts = tuple(concepts.values())
        self._automaton = ahocorasick_rs.BytesAhoCorasick(list(concepts))

    def concepts(self, text: str) -> set[str]:
        """The concepts that the text may hold."""
        folded = text if text.isascii() else _FOREIGN.sub(lambda run: _RUNS[run[0]], text)
        written = b" %b " % folded.encode("utf-8", "surrogatepass").translate(_BYTES)
        found: set[str] = set()
        for key in {key for key, _, _ in self._automaton.find_matches_as_indexes(written, overlapping=True)}:
            found |= self._concepts[key]
        return found


class _Runs(dict[str, str]):
    """Runs of letters outside of ASCII, folded; a language's words come again and again."""

    def __missing__(self, run: str) -> str:
        if len(self) > _MOST_RUNS:
            self.clear()
        self[run] = folded = fold(run).text
        return folded


_RUNS = _Runs()


def _text(page: str) -> str:
    """All that the page may say, a line for each of its blocks, with entities and escapes read."""
    shown = _TAG.sub("\n", _INLINE.sub("", _CODE.sub("\n", page)))
    text = "\n".join([shown, *_META.findall(page)])
    text = html.unescape(text) if "&" in text else text
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "\\u" in text else text


def _rarest(pattern: Pattern) -> list[Word]:
    """A word of each form of the place whose words are longest: long words are rare."""
    places = (place for place in pattern if all(any(form) for form in place))
    return max(([_longest(form) for form in place] for place in places), key=_shortest)


def _shortest(words: Sequence[Word]) -> int:
    return min(len(word.text) for word in words)


def _longest(form: Form) -> Word:
    return max((word for word in form if word is not None), key=lambda word: len(word.text))


def telling_needs(needs: Iterable[frozenset[str]], telling: frozenset[str]) -> Needs:
    """The needs of one rule that telling concepts alone can meet."""
    return tuple(need for need in needs if need <= telling)
