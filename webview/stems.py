"""What a person typed as a full-text expression: words in any of their forms, in Russian too. Pure.

The index holds words as they are written (docs/schema.md, `texts`). A word of a language with a stemmer is asked for by
its stem and any ending; in quotes, with a star or shorter than four letters it is asked for as it stands. A star behind
fewer than four letters is left out.
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


def expression(query: str) -> str:
    """An FTS5 expression for `query`: every word must be there, in any form. No input is a syntax error."""
    parts = _PART.findall(query)[:_MOST]
    return match(" ".join(_any_form(part) for part in parts))


def _any_form(part: str) -> str:
    if part.endswith("*") and len(part.rstrip("*")) < _FEWEST:
        return part.rstrip("*")
    if not _WORD.fullmatch(part):
        return part
    stem = _stem(part.casefold(), "russian" if _CYRILLIC.search(part) else "english")
    return f"{stem}*" if len(stem) >= _SHORTEST and part.casefold().startswith(stem) else part


def _stem(word: str, language: str) -> str:
    found: str = _stemmer(language).stemWord(word)
    return found


@cache
def _stemmer(language: str) -> Any:
    return stemmer(language)
