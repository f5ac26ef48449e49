"""The words by which persons are known, and one form of a name for all its spellings and cases."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prrwatch.people import arabic
from prrwatch.people.tables import file
from prrwatch.person import Standing
from prrwatch.remembered import WORDS
from prrwatch.stories.gazetteer import is_place
from prrwatch.stories.letters import latin

#: Endings of Slavic and Turkic cases and the English genitive, in Latin letters, the longest first.
_CASES = re.compile(
    r"(?<=[a-z]{4})(?:ning|ogo|omu|nin|nun|din|dan|tan|ga|ka|ge|ke|om|oi|im|em|ei|ni|ro|ii|iu|ia|[aeious])$"
)
_SURNAME = re.compile(
    r"[a-z]{2,}(?:[oe]v(?:a|u|im|e|oi|i|ih|om)?|[oe]vic[a-z]{0,2}|[oe]vn[a-z]{1,2}|enko|zod[aeiou]?[a-z]{0,3}|zad[aei][a-z]{0,2}|kiz[iy]|ogl[iu])$"
)
#: Of a short name the last vowel alone may change: Анна, Анны.
_SHORT = re.compile(r"[aeiou]$")
_SHORT_NAME = 4
_SHORTEST_SURNAME = 5


@lru_cache(maxsize=WORDS)
def lemma(word: str) -> str:
    """A word of a name without its case: Ахмадовой, Ахмадова, Ahmadov's and Ahmadov are one."""
    if arabic.is_arabic(word):
        return arabic.folded(word)
    plain = latin(word.removesuffix("'s").removesuffix("’s"))
    return _SHORT.sub("-", plain) if len(plain) <= _SHORT_NAME else _CASES.sub("", plain)


@lru_cache(maxsize=WORDS)
def is_given(word: str) -> bool:
    """Whether a word is a given name that we know, in any script and case; a short one in its own form only."""
    if arabic.is_arabic(word):
        return arabic.is_name(word)
    if latin(word) in _written():
        return not word.isupper()
    return len(latin(word)) > _SHORT_NAME and lemma(word) in _lemmas("given") and not is_other(word)


@lru_cache(maxsize=WORDS)
def is_surname(word: str) -> bool:
    """Whether a word ends as family names and patronymics of our region do, and is no place."""
    return len(word) >= _SHORTEST_SURNAME and not is_other(word) and _SURNAME.fullmatch(latin(word)) is not None


def is_public(name: str) -> bool:
    """Whether a name is that of somebody known to all."""
    words = {lemma(word) for word in name.split()}
    return any(person <= words for person in _public())


@lru_cache(maxsize=WORDS)
def is_other(word: str) -> bool:
    """Whether a capitalised word is surely no person: a place, a people, an acronym, a word of the lists."""
    is_listed = lemma(word) in _lemmas("never") or word.casefold().startswith(_never_heads())
    return is_listed or is_place(word) or (len(word) > 1 and word.isupper())


def is_role(word: str, standing: Standing) -> bool:
    """Whether a word is such a role."""
    return _is_listed(word, standing.value)


def is_department(word: str) -> bool:
    """Whether a word makes an office of the words about people beside it: "rights" of the child."""
    return _is_listed(word, "department")


@lru_cache(maxsize=WORDS)
def _is_listed(word: str, table: str) -> bool:
    plain = word.casefold()
    whole, heads = _heads(table)
    return plain in whole or any(plain[:length] in heads for length in range(2, min(len(plain), 16) + 1))


def is_particle(word: str) -> bool:
    """Whether a small word may stand between the parts of a name: al, bin, van."""
    return word.casefold() in file("names")["particles"]


def introduces(before: str) -> bool:
    """Whether what stands before says that a name follows: "a girl named"."""
    return before.rstrip(' \u00a0"«“„').casefold().endswith(_introductions())


def is_introduced_behind(after: str) -> bool:
    """Whether what stands behind says that a name went before: "Surayyo ismli ayol"."""
    return after[:1] == " " and after[1:].startswith(tuple(file("names")["introduced_behind"]))


@cache
def _introductions() -> tuple[str, ...]:
    return tuple(f" {each}" for each in file("names")["introduced"])


@cache
def _lemmas(table: str) -> frozenset[str]:
    return frozenset(lemma(each) for each in file("names")[table].split())


@cache
def _written() -> frozenset[str]:
    return frozenset(latin(each) for each in file("names")["given"].split())


@cache
def _public() -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset(lemma(word) for word in line.split()) for line in file("names")["public"].strip().splitlines()
    )


@cache
def _never_heads() -> tuple[str, ...]:
    return tuple(each.casefold() for each in file("names")["never_heads"].split())


@cache
def _heads(table: str) -> tuple[frozenset[str], frozenset[str]]:
    words = file("standing")[table].split()
    whole = frozenset(each.removesuffix("$") for each in words if each.endswith("$"))
    return whole, frozenset(each for each in words if not each.endswith("$"))
