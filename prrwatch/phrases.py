"""Terms in a sentence: words folded so that one spelling finds all, and a small notation for what may stand there.

Notation: `a*` begins so; `a .. b` up to three words between, none of them digits; `a ... b` up to seven words of any
kind; `(a|b|)` one of these, or none. Matching is on folded words (`prrwatch.relevance.folding`), so letters that sites
drop or confuse, and apostrophes of any kind, make no difference. Gaps and endings are bounded: matching stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from prrwatch.relevance.folding import fold
from prrwatch.remembered import WORDS

_PIECE = re.compile(r"\(([^()]*)\)|(\S+)")
_WORD = re.compile(
    r"(?:\d{1,3}(?:[.,\u00a0\u202f\u2009 ’'`]\d{3})+(?!\d)(?:[.,]\d(?!\d))?|\d+[.,]\d(?!\d)|\d+)"
    r"|[^\W\d_]+(?:['’ʻʼ‘`´](?=[^\W\d_]{2}|[^\W\d_]\b(?!\w))[^\W\d_]+)*"
)
_GAPS = {"..": r"(?:[^ \d][^ ]* ){0,3}", "...": r"(?:[^ ]+ ){0,7}"}
_APOSTROPHES = re.compile(r"['’ʻʼ‘`´]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number as written, where it stands, and folded."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term in a sentence: what it means, its first word and the one past its last."""

    meaning: str
    first: int
    past: int


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as words: `keys` is " word word word ", so that a term is looked for once for all its spellings."""

    text: str
    words: Sequence[Word]
    keys: str
    places: Mapping[int, int]  #: where a word begins in `keys` -> its number

    def matches(self, meaning: str, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """The places of one expression."""
        for match in pattern.finditer(self.keys):
            first = self.places[match.start()]
            yield Hit(meaning, first, first + match[0].rstrip().count(" ") + 1)

    def between(self, word: int, other: int) -> str:
        """What is written between two words that follow one another."""
        return self.text[self.words[word].end : self.words[other].start]


def line(text: str) -> Line:
    """The sentence as words."""
    words = [Word(match.start(), match.end(), key(match[0])) for match in _WORD.finditer(text)]
    words = [word for word in words if word.key]
    keys, places = [" "], {}
    length = 1
    for number, word in enumerate(words):
        places[length] = number
        keys.append(word.key + " ")
        length += len(word.key) + 1
    return Line(text, words, "".join(keys), places)


def longest(found: Iterable[Hit]) -> list[Hit]:
    """The longest of hits that overlap, in order of their places."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda each: (each.first - each.past, each.first)):
        if all(hit.past <= other.first or other.past <= hit.first for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda each: each.first)


@lru_cache(maxsize=WORDS)
def key(word: str) -> str:
    """The word in folded spelling, without apostrophes."""
    return fold(_APOSTROPHES.sub("", word)).text.replace(" ", "")


def compiled(terms: Iterable[str]) -> re.Pattern[str]:
    """One expression over `Line.keys` for all the terms."""
    longest_first = sorted({_expression(term) for term in terms}, key=lambda each: (-len(each), each))
    return re.compile("(?<= )(?:" + "|".join(longest_first) + ")")


def _expression(term: str) -> str:
    """The term as an expression over " word word "; gaps and endings are bounded, so it stays linear."""
    parts = []
    for choice, plain in _PIECE.findall(term):
        if plain in _GAPS:
            parts.append(_GAPS[plain])
        elif plain:
            parts.append(_words(plain) + " ")
        else:
            options = [
                _GAPS.get(each.strip()) or (_words(each) + " " if each.strip() else "") for each in choice.split("|")
            ]
            parts.append("(?:" + "|".join(options) + ")")
    return "".join(parts)


def _words(written: str) -> str:
    return " ".join(_word(each) for each in re.split(r"[ -]+", written.strip()) if each)


def _word(written: str) -> str:
    stem = re.escape(key(written.rstrip("*")))
    return stem + r"[^ ]{0,14}" if written.endswith("*") else stem
