"""Site classes: what sites of one make have in common. A source file says `class = "wordpress"` and what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from prrwatch import urls

#: The `[class]` table of every class file, by the name of the file.
Classes = dict[str, dict[str, Any]]

_BASE = re.compile(r"https?://[^/?#]+")
_TABLES = ("extract", "expect")


def merged(table: Mapping[str, Any], classes: Classes) -> dict[str, Any]:
    """The table of a source file with the defaults of its class, which the caller knows to exist.

    Plain keys of the source win; `[extract]` and `[expect]` are merged by key; the ways of the class come behind the
    source's own, with `{base}` as scheme and host of its homepage, but for those that the source has or calls dead.
    """
    own = {name: value for name, value in table.items() if name != "class"}
    defaults = classes.get(str(table.get("class")), {})
    whole = {**defaults, **own}
    for name in _TABLES:
        if isinstance(own.get(name), dict) and name in defaults:
            whole[name] = {**defaults[name], **own[name]}
    if isinstance(own.get("discover", []), list) and "discover" in defaults:
        whole["discover"] = [*own.get("discover", []), *_inherited(own, defaults["discover"])]
    return whole


def _inherited(own: Mapping[str, Any], ways: list[dict[str, Any]]) -> list[dict[str, Any]]:
    base = _BASE.match(str(own.get("homepage", "")))
    filled = [{**way, "url": str(way.get("url", "")).replace("{base}", base[0] if base else "")} for way in ways]
    taken = {_mark(way) for way in own.get("discover", []) if isinstance(way, dict)}
    dead = {urls.key(str(url)) for url in own.get("dead", [])}
    return [way for way in filled if _mark(way) not in taken and urls.key(way["url"]) not in dead]


def _mark(way: Mapping[str, Any]) -> tuple[str, str]:
    return str(way.get("way")), urls.key(str(way.get("url", "")))
