"""The questions that ship with prrwatch: `queries.toml` beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a person may fill in."""

    name: str
    label: str
    default: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the statement that answers it."""

    name: str
    asks: str  #: operator or analyst
    title: str
    description: str
    sql: str
    parameters: tuple[Parameter, ...]


@cache
def questions() -> tuple[Question, ...]:
    """All of them, in the file's order."""
    text = resources.files("webview").joinpath("queries.toml").read_text(encoding="utf-8")
    return tuple(
        Question(
            name,
            table["asks"],
            table["title"],
            table["description"],
            table["sql"].strip(),
            tuple(Parameter(each, *words) for each, words in table.get("parameters", {}).items()),
        )
        for name, table in tomllib.loads(text).items()
    )


def question(name: str) -> Question | None:
    """The question of this name."""
    return next((each for each in questions() if each.name == name), None)
