"""The pages. Each module has one function for each page: an open store and what was asked, to what a template shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prrwatch.person import Names
from storage.reading import names
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

    def hidden(self, stories: Iterable[str]) -> frozenset[str]:
        """The words of names that a page about these stories must not show."""
        return frozenset() if self.site.names is Names.SHOWN else names.hidden_in(self.store, stories)

    def hidden_of(self, documents: Iterable[int]) -> frozenset[str]:
        """The same for a page about these documents."""
        return self.hidden(names.stories_of(self.store, documents))


@dataclass(frozen=True, slots=True)
class Shown:
    """A template of ours and its words. The template writes each of them through `webview.wording`."""

    template: str
    title: str
    words: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    hidden: frozenset[str] = frozenset()  #: words of names that are covered wherever they stand on the page


Page = Callable[[Request], Shown]


def missing(what: str) -> Shown:
    """The page for what is not there."""
    return Shown("error.html", "Not found", {"error": what}, 404)
