"""The pages. Each module has one function for each page: an open store and what was asked, to what a template shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.store import Store
from webview.asking import Asked
from webview.site import Site


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a page depends on."""

    store: Store  #: open for reading
    asked: Asked
    site: Site
    now: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A template of ours and its words. The template writes each of them through `webview.wording`."""

    template: str
    title: str
    words: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


Page = Callable[[Request], Shown]


def missing(what: str) -> Shown:
    """The page for what is not there."""
    return Shown("error.html", "Not found", {"error": what}, 404)
