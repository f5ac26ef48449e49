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
from dataclasses import dataclass

from prrwatch.relevance.folding import fold

GAP = 3  #: words that `..` may stand for
_MOST_CHOICES = 2_000  #: forms one pair of brackets, or one list, may hold
_DEEPEST = 4  #: lists within lists
_PIECE = re.compile(r"\(([^()]*)\)|([^()\s]+)|([()])")
_APOSTROPHE = re.compile("(?<=\\w)['‘’ʻʼ`´ʹ′](?=\\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term, in folded spelling."""

    text: str
    is_open: bool  #: more letters may follow
    exact: str | None = None  #: the word as written, where capitals matter


Step = Word | None  #: None is a gap
Form = tuple[Step, ...]  #: empty: the place may stay empty
Pattern = tuple[tuple[Form, ...], ...]  #: places one after another, each with its forms


def read(term: str, lists: Mapping[str, Sequence[str]]) -> Pattern:
    """The places of a term, each with the forms that may stand there.

    Raises ValueError, with what is wrong in a rule writer's words, when the term cannot be read.
    """
    pattern = _places(term, lists, 0)
    if not any(form for place in pattern for form in place):
        raise ValueError(f"{term!r} has no word in it")
    if any(form and form[0] is None for form in pattern[0]) or any(form and form[-1] is None for form in pattern[-1]):
        raise ValueError(f"{term!r} begins or ends with a gap")
    if all(() in place for place in pattern):
        raise ValueError(f"{term!r} may stand for nothing: one of its words must not be optional")
    return pattern


def count(pattern: Pattern) -> int:
    """How many forms a pattern stands for."""
    return math.prod(len(place) for place in pattern)


def _places(term: str, lists: Mapping[str, Sequence[str]], depth: int) -> Pattern:
    if depth > _DEEPEST:
        raise ValueError(f"{term!r}: lists name each other in a circle")
    if re.search(r"\w\(|\)\w", term):
        raise ValueError(f"{term!r}: put a space between a word and a bracket")
    places = []
    for match in _PIECE.finditer(term):
        choice, plain, stray = match.groups()
        if stray:
            raise ValueError(f"{term!r}: brackets do not match, or stand in brackets (name a list instead)")
        written = [choice] if plain is None else [plain]
        written = choice.split("|") if plain is None else written
        places.append(tuple(dict.fromkeys(form for each in written for form in _choice(each, lists, depth))))
    return tuple(places)


def _choice(written: str, lists: Mapping[str, Sequence[str]], depth: int) -> Iterator[Form]:
    """All forms of what stands between two bars."""
    if not written.strip():
        yield ()
    elif "@" not in written and "(" not in written:
        yield from (_form(each) for each in _apostrophes(written))
    elif written.startswith("@") and " " not in written.strip():
        name = written.strip()[1:]
        if name not in lists:
            raise ValueError(f"@{name} is not a list of this file")
        for term in lists[name]:
            yield from _flat(_places(term, lists, depth + 1), term)
    else:
        yield from _flat(_places(written, lists, depth + 1), written)


def _flat(pattern: Pattern, term: str) -> Iterator[Form]:
    if count(pattern) > _MOST_CHOICES:
        raise ValueError(f"{term!r} has more than {_MOST_CHOICES} forms inside of a list: split it")
    for forms in itertools.product(*pattern):
        yield tuple(step for form in forms for step in form)


def _apostrophes(written: str) -> tuple[str, ...]:
    """With its apostrophes, and as sites write that drop them."""
    dropped = _APOSTROPHE.sub("", written)
    return (written,) if dropped == written else (written, dropped)


def _form(written: str) -> Form:
    return tuple(step for piece in written.split() for step in _steps(piece))


def _steps(piece: str) -> Iterator[Step]:
    if piece == "..":
        yield None
        return
    exact = piece.startswith("=")
    is_open = piece.endswith("*")
    words = piece.strip("=*")
    if "*" in words:
        raise ValueError(f"{piece!r}: * stands at the end of a word only")
    pieces = fold(words).text.split()
    for number, text in enumerate(pieces, 1):
        yield Word(text, is_open and number == len(pieces), words if exact else None)
