"""The word lists of this package, each file read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def file(name: str) -> Mapping[str, Any]:
    """The lists of `words/<name>.toml`."""
    return tomllib.loads((resources.files("prrwatch.people") / "words" / f"{name}.toml").read_text("utf-8"))
