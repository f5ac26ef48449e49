"""The words of names in Arabic script: one spelling for all, and which they are."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prrwatch.people.tables import file
from prrwatch.remembered import WORDS

_ARABIC = re.compile(r"[\u0600-\u06ff]")
#: One letter for all spellings of it, in Arabic and Persian.
_FOLDED = str.maketrans("أإآٱةىیکۀ", "ااااهييكه")
_MARKS = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c]")
_PREFIXES = "ولبف"  #: and, for, by, then
_ARTICLE = "ال"
_ON = "على"  # but for its last letter it is the name Ali
_SHORTEST = 3


def is_arabic(word: str) -> bool:
    """Whether a word is written in Arabic letters, without capitals."""
    return _ARABIC.match(word) is not None


@lru_cache(maxsize=WORDS)
def folded(word: str) -> str:
    """The word in one spelling; a name without what is written together with it: وفاطمة and فاطمة are one."""
    plain = _plain(word)
    rest = plain[1:]
    is_joined = plain[:1] in _PREFIXES and plain not in _known() and len(rest) >= _SHORTEST and rest in _of("unmarked")
    return rest if is_joined else plain


def is_name(word: str) -> bool:
    """Whether a word is a given name and nothing else."""
    return folded(word) in _of("unmarked")


def may_name(word: str) -> bool:
    """Whether a word is a given name, if perhaps a word, too, or a family name made of one: الأحمد."""
    plain = folded(word)
    return plain in _known() or plain.removeprefix(_ARTICLE) in _known()


def names_god(word: str) -> bool:
    """Whether it may be the second half of "servant of ...": عبد الرحمن."""
    return word.startswith(_ARTICLE)


def is_in(table: str, word: str) -> bool:
    """Whether a word stands in this list of `words/names.toml`."""
    return folded(word) in _of(table)


def is_part(word: str) -> bool:
    """Whether a word of a name tells whose it is: not "daughter of", and not God's name in "servant of God"."""
    return not (is_in("kunya", word) or is_in("filiation", word) or folded(word) == "الله")


def is_link(word: str) -> bool:
    """Whether a word only joins the parts of names: بنت."""
    return any(is_in(table, word) for table in ("kunya", "filiation", "servant"))


@cache
def _known() -> frozenset[str]:
    return _of("unmarked") | _of("unmarked_words")


@cache
def _of(table: str) -> frozenset[str]:
    return frozenset(map(_plain, file("names")[table].split()))


def _plain(word: str) -> str:
    plain = _MARKS.sub("", word)
    return plain if plain == _ON else plain.translate(_FOLDED)
