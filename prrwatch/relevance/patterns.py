"""The notation of terms: words, open ends, alternatives, gaps. Explained to rule writers in docs/rules.md.

repatriat*                      a word that begins so
returnees from conflict zones   these words, one after another
(wives|widows) of (IS|ISIS)     alternatives; an empty one makes it optional: (the|)
brought .. home                 up to three words between
=FTF                            capitals exactly as written (acronyms)
@group                          a list of the same file
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from prrwatch.relevance.folding import fold

GAP = 3  #: words that `..` may stand for
_MOST_CHOICES = 2_000  #: forms one pair of brackets, or one list, may hold
_DEEPEST = 4  #: lists within lists
_PIECE = re.compile(r"\(([^()]*)\)|([^()\s]+)|([()])")
_GLUED = re.compile(r"\w\(|\)\w")
_APOSTROPHE = re.compile("(?<=\\w)['‘’ʻʼ`´ʹ′](?=\\w)")


class Word(NamedTuple):
    """One word of a term, in folded spelling."""

    text: str
    is_open: bool  #: more letters may follow
    exact: str | None = None  #: the word as written, where capitals matter
    prefixes: tuple[str, ...] = ("",)  #: what may be written together with it, in front (Arabic particles)


Step = Word | None  #: None is a gap
Form = tuple[Step, ...]  #: empty: the place may stay empty
Pattern = tuple[tuple[Form, ...], ...]  #: places one after another, each with its forms


def count(pattern: Pattern) -> int:
    """How many forms a pattern stands for."""
    return math.prod(len(place) for place in pattern)


class Notation:
    """Reads the terms of one file: knows its lists, and what its language writes together with a word."""

    __slots__ = ("_forms", "_lists", "_plain", "_prefixes")

    def __init__(self, lists: Mapping[str, Sequence[str]], prefixes: Sequence[str] = ()) -> None:
        self._lists = lists
        self._prefixes = ("", *prefixes)
        self._forms: dict[str, tuple[Form, ...]] = {}
        self._plain: dict[str, tuple[Form, ...]] = {}

    def read(self, term: str) -> Pattern:
        """The places of a term, each with the forms that may stand there.

        Raises ValueError, with what is wrong in a rule writer's words, when the term cannot be read.
        """
        pattern = self._places(term, 0)
        if not any(form for place in pattern for form in place):
            raise ValueError(f"{term!r} has no word in it")
        if any(form[:1] == (None,) for form in pattern[0]) or any(form[-1:] == (None,) for form in pattern[-1]):
            raise ValueError(f"{term!r} begins or ends with a gap")
        if all(() in place for place in pattern):
            raise ValueError(f"{term!r} may stand for nothing: one of its words must not be optional")
        return pattern

    def _places(self, term: str, depth: int) -> Pattern:
        if depth > _DEEPEST:
            raise ValueError(f"{term!r}: lists name each other in a circle")
        if _GLUED.search(term):
            raise ValueError(f"{term!r}: put a space between a word and a bracket")
        places = []
        for choice, plain, stray in _PIECE.findall(term):
            if stray:
                raise ValueError(f"{term!r}: brackets do not match, or stand in brackets (name a list instead)")
            if plain:
                places.append(self._choice(plain, depth))
            else:
                forms = (form for each in choice.split("|") for form in self._choice(each, depth))
                places.append(tuple(dict.fromkeys(forms)))
        return tuple(places)

    def _choice(self, written: str, depth: int) -> tuple[Form, ...]:
        """All forms of what stands between two bars."""
        known = self._plain.get(written)
        if known is not None:
            return known
        if "@" in written or "(" in written:
            if written.startswith("@") and " " not in written.strip():
                return self._list(written.strip()[1:], depth)
            return tuple(_flat(self._places(written, depth + 1), written))
        forms = tuple(self._form(each) for each in _apostrophes(written)) if written.strip() else ((),)
        self._plain[written] = forms
        return forms

    def _list(self, name: str, depth: int) -> tuple[Form, ...]:
        if name not in self._lists:
            raise ValueError(f"@{name} is not a list of this file")
        if name not in self._forms:
            terms = self._lists[name]
            forms = (form for term in terms for form in _flat(self._places(term, depth + 1), term))
            self._forms[name] = tuple(dict.fromkeys(forms))
        return self._forms[name]

    def _form(self, written: str) -> Form:
        return tuple(step for piece in written.split() for step in _steps(piece, self._prefixes))


@lru_cache(maxsize=1 << 14)
def _steps(piece: str, prefixes: tuple[str, ...]) -> Form:
    """What stands between two spaces: a gap, a word, or the words that an apostrophe or hyphen parts."""
    if piece == "..":
        return (None,)
    words = piece.strip("=*")
    if "*" in words:
        raise ValueError(f"{piece!r}: * stands at the end of a word only")
    exact = words if piece.startswith("=") else None
    pieces = fold(words).text.split()
    is_open = [False] * (len(pieces) - 1) + [piece.endswith("*")]
    return tuple(Word(text, end, exact, prefixes) for text, end in zip(pieces, is_open, strict=False))


def _flat(pattern: Pattern, term: str) -> Iterator[Form]:
    if count(pattern) > _MOST_CHOICES:
        raise ValueError(f"{term!r} has more than {_MOST_CHOICES} forms inside of a list: split it")
    for forms in itertools.product(*pattern):
        yield tuple(step for form in forms for step in form)


def _apostrophes(written: str) -> tuple[str, ...]:
    """With its apostrophes, and as sites write that drop them."""
    dropped = written if written.isascii() and "'" not in written else _APOSTROPHE.sub("", written)
    return (written,) if dropped == written else (written, dropped)
