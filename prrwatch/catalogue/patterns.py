"""Refuses regular expressions that a hostile URL could make run for hours.

`re` backtracks. A repeat inside a repeat is exponential unless every turn of the outer one must end (or begin) with a
character that nothing else in the turn can match: `(?:[a-z]+/)*` is fine, `(?:[a-z]+)*` and `(?:a|ab)*` are not.
Several wide repeats in a row are polynomial: with URLs of at most 2,048 characters three are bearable.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterator
from typing import Any

# The only parser of Python's own dialect; private, so it is reached in this one place and covered by tests.
_parser: Any = importlib.import_module("re._parser")
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}
_GROUPS = {"SUBPATTERN": 3, "ATOMIC_GROUP": 0, "ASSERT": 1, "ASSERT_NOT": 1}  #: where the inner sequence stands
_MANY = 16
_MAX_WIDE = 3
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S", "NOT_WORD": r"\W"}

_Node = tuple[Any, Any]


def fault(pattern: str) -> str:
    """Why this pattern is refused; "" when it compiles and cannot explode."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python warns of, such as "[[", will mean something else one day
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"not a regular expression: {error}"
    nodes = list(_parser.parse(pattern))
    if any(_explodes(list(body)) for body in _turns(nodes)):
        return "a repeat within a repeat can take for ever: separate the turns by a character that only ends a turn"
    wide = sum(_is_wide(list(body)) for body in _turns(nodes))
    return f"{wide} repeats that match nearly anything; at most {_MAX_WIDE}" if wide > _MAX_WIDE else ""


def _turns(nodes: list[_Node]) -> Iterator[Any]:
    """The body of every long repeat, at any depth."""
    for name, value in _named(nodes):
        if name in _REPEATS and value[1] > _MANY:
            yield value[2]
        for inner in _inner(name, value):
            yield from _turns(inner)


def _explodes(body: list[_Node]) -> bool:
    body = _unwrapped(body)
    if not any(_varies(name, value) for name, value in _named(body)):
        return False
    return not (_separates(body[0], body[1:]) or _separates(body[-1], body[:-1]))


def _unwrapped(body: list[_Node]) -> list[_Node]:
    while len(body) == 1 and str(body[0][0]) in _GROUPS:
        body = list(body[0][1][_GROUPS[str(body[0][0])]])
    return body


def _varies(name: str, value: Any) -> bool:
    if name == "BRANCH" or (name in _REPEATS and value[0] != value[1]):
        return True
    return any(_varies(*each) for inner in _inner(name, value) for each in _named(inner))


def _separates(edge: _Node, others: list[_Node]) -> bool:
    name, value = str(edge[0]), edge[1]
    return name == "LITERAL" and not _admits(others, chr(value))


def _is_wide(body: list[_Node]) -> bool:
    return all(_admits(body, char) for char in "a/-1")


def _admits(nodes: list[_Node], char: str) -> bool:
    """Whether anything in these nodes could match the character, case aside."""
    return any(_matches(name, value, each) for name, value in _named(nodes) for each in {char.lower(), char.upper()})


def _matches(name: str, value: Any, char: str) -> bool:
    match name:
        case "LITERAL":
            return bool(value == ord(char))
        case "NOT_LITERAL":
            return bool(value != ord(char))
        case "ANY":
            return True
        case "IN":
            return _in_class(list(value), char)
        case _:
            return any(_admits(inner, char) for inner in _inner(name, value))


def _in_class(members: list[_Node], char: str) -> bool:
    negated = bool(members) and str(members[0][0]) == "NEGATE"
    found = any(_is_member(str(name), value, char) for name, value in members[negated:])
    return found != negated


def _is_member(name: str, value: Any, char: str) -> bool:
    match name:
        case "LITERAL":
            return bool(value == ord(char))
        case "RANGE":
            return bool(value[0] <= ord(char) <= value[1])
        case _:
            return re.match(_CATEGORIES[str(value).removeprefix("CATEGORY_")], char) is not None


def _inner(name: str, value: Any) -> list[list[_Node]]:
    """The sequences within a node."""
    if name in _REPEATS or name == "POSSESSIVE_REPEAT":
        return [list(value[2])]
    if name in _GROUPS:
        return [list(value if name == "ATOMIC_GROUP" else value[_GROUPS[name]])]
    if name == "BRANCH":
        return [list(option) for option in value[1]]
    if name == "GROUPREF_EXISTS":
        return [list(option) for option in value[1:] if option is not None]
    return []


def _named(nodes: list[_Node]) -> Iterator[tuple[str, Any]]:
    return ((str(name), value) for name, value in nodes)
