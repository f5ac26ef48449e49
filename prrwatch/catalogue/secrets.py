"""The keys that sources need: files name them, the environment holds them."""

from __future__ import annotations

from collections.abc import Mapping

from prrwatch.crawl import Key
from prrwatch.source import Source


def key_of(source: Source, environ: Mapping[str, str]) -> Key | None:
    """The key that the source's `needs_env` names; None when it needs none, or when the variable is unset or empty."""
    name = source.needs_env
    value = environ.get(name, "").strip() if name else ""
    return Key(name, value) if name and value else None
