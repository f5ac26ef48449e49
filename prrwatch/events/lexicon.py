"""The words of events: what they are called, how they stand, where and by whom they are held."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from prrwatch.phrases import Hit, Line, compiled, longest

LANGUAGES = ("en", "ru", "uz", "kk", "ky", "tg", "fr", "de")
_Terms = tuple[tuple[str, re.Pattern[str]], ...]


def find(terms: _Terms, line: Line) -> list[Hit]:
    """The terms in a sentence, the longest where they overlap, in order."""
    return longest(hit for meaning, pattern in terms for hit in line.matches(meaning, pattern))


@cache
def of(table: str, language: str | None = None) -> _Terms:
    """The terms of a table (nouns, status, organising: by language; places, bodies: of all)."""
    read = _read(table)
    return tuple((meaning, compiled(terms)) for meaning, terms in (read[language] if language else read).items())


@cache
def _read(table: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("prrwatch.events") / "words" / f"{table}.toml").read_text("utf-8"))
