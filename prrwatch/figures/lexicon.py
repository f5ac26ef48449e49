"""The words of the ledger: one TOML file a language, one for countries, made into one expression per meaning."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from prrwatch.phrases import Hit, Line, compiled, key, longest

LANGUAGES = ("en", "ru", "uz", "kk", "ky", "tg", "fr", "de")


@dataclass(frozen=True, slots=True)
class Language:
    """All words of one language."""

    verb_last: bool
    numbers: Mapping[str, int]
    joins: frozenset[str]  #: may stand between two words of one number: "hundred and five"
    leads: frozenset[str]  #: may stand before a hundred or a thousand: "a hundred"
    articles: frozenset[str]  #: number words that are articles when they stand alone: "ein"
    returns_people: bool  #: whether "returned 12 women" says that a state brought them
    adjective: re.Pattern[str] | None
    meanings: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = field(repr=False)

    def find(self, group: str, line: Line, *only: str) -> list[Hit]:
        """The terms of a group (or some of its meanings), the longest where they overlap, in order of their places."""
        meanings = [each for each in self.meanings.get(group, ()) if not only or each[0] in only]
        found = [hit for meaning, pattern in meanings for hit in line.matches(meaning, pattern)]
        return longest(found)


@cache
def language(code: str) -> Language:
    """The words of a language of `LANGUAGES`."""
    table = _read(code)
    groups: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {}
    for group, meanings in table.items():
        if isinstance(meanings, dict) and group not in {"number", "joins"}:
            lists = {name: terms for name, terms in meanings.items() if isinstance(terms, list)}
            groups[group] = tuple((name, compiled(terms)) for name, terms in lists.items() if terms)
    adjective = table["skip"].get("adjective")
    return Language(
        verb_last=table["verb_last"],
        numbers={key(word): value for word, value in table["number"].items()},
        articles=frozenset(key(word) for word in table["joins"].get("articles", ())),
        returns_people=table.get("returns_people", False),
        leads=frozenset(key(word) for word in table["joins"].get("lead", ())),
        joins=frozenset(key(word) for word in table["joins"]["words"]),
        adjective=re.compile(adjective) if adjective else None,
        meanings=groups,
    )


@cache
def countries() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """ISO code and expression of every country."""
    return tuple((code, compiled(terms)) for code, terms in _read("countries").items())


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("prrwatch.figures") / "words" / f"{name}.toml").read_text("utf-8"))
