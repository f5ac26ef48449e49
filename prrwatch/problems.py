"""Turns what pydantic found into problems an operator can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prrwatch.errors import Problem

if TYPE_CHECKING:
    from pydantic import ValidationError

_PLAIN = {"extra_forbidden": "unknown key", "missing": "missing"}


def problems_of(error: ValidationError, file: str) -> list[Problem]:
    """Every problem of one file, with its dotted key."""
    return [
        Problem(file, ".".join(str(part) for part in each["loc"]), _PLAIN.get(each["type"], each["msg"]))
        for each in error.errors(include_url=False, include_context=False)
    ]
