"""Puts the value of a source's `needs_env` into its URLs, at the moment of use; files never hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from prrwatch.source import Source


def filled(source: Source, environ: Mapping[str, str]) -> Source | None:
    """The source with `{NAME}` of its `needs_env` filled in; None when it needs a variable that is unset or empty."""
    name = source.needs_env
    if name is None:
        return source
    value = environ.get(name, "").strip()
    if not value:
        return None
    ways = tuple(replace(way, url=way.url.replace(f"{{{name}}}", quote(value, safe=""))) for way in source.ways)
    return replace(source, ways=ways)
