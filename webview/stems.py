"""What a person typed as a full-text expression: words in any of their forms, in Russian too. Pure.

The index holds words as they are written (docs/schema.md, `texts`). A word of a language with a stemmer is asked for by
its stem and any ending; a Russian one whose stem is short ("Сирия", "дети") by its stem and each ending of a noun. In
quotes, with a star or shorter than four letters it is asked for as it stands. A star behind fewer than four letters is
left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from snowballstemmer import stemmer

from storage.search import match

_PART = re.compile(r'"[^"]*"?|[^\s"]+')
_WORD = re.compile(r"[^\W\d_]{4,}")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_SHORTEST = 4  #: letters of a stem; a shorter one with any ending finds half the archive
_FEWEST = 4  #: letters before a star: "ba*" took 4 s in 100,000 documents
_MOST = 32
#: Of Russian nouns in all cases; of Bulgarian and Ukrainian ones most.
_ENDINGS = re.split(
    " ", " а я е и ы о у ю ь й ия ии ию ие ий ей ой ом ем ью ам ям ах ях ов ев ами ями ьми ией ием иям иях иями"
)


def expression(query: str) -> str:
    """An FTS5 expression for `query`: every word must be there, in any form. No input is a syntax error."""
    parts = _PART.findall(query)[:_MOST]
    return " AND ".join(_any_form(part) for part in parts) or match("")


def _any_form(part: str) -> str:
    if part.endswith("*") and len(part.rstrip("*")) < _FEWEST:
        return match(part.rstrip("*"))
    if not _WORD.fullmatch(part):
        return match(part)
    word, is_russian = part.casefold(), _CYRILLIC.search(part) is not None
    stem = _stem(word, "russian" if is_russian else "english")
    if len(stem) >= _SHORTEST and word.startswith(stem):
        return match(f"{stem}*")
    if is_russian and word.startswith(stem):
        forms = " OR ".join(match(f"{stem}{ending}") for ending in _ENDINGS)
        return f"({forms})"
    return match(part)


def _stem(word: str, language: str) -> str:
    found: str = _stemmer(language).stemWord(word)
    return found


@cache
def _stemmer(language: str) -> Any:
    return stemmer(language)
