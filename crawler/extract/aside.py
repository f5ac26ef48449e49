"""What stands beside an article: teasers of others, menus, forms, the footer."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from crawler.extract.page import Element

_TAGS = frozenset({"aside", "nav", "footer", "form"})
_OTHERS = re.compile(
    r"related|sidebar|widget|teaser|footer|comment|popular|latest|recommend|menu|navbar|navigation|more-|"
    r"read-?(?:next|more|also)|carousel|ticker|breaking|similar|trending|top-?news|other-?news",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"cookie|consent|newsletter|subscri|promo|banner|advert|disclaimer|copyright|signup|paywall|share|social",
    re.IGNORECASE,
)
_OTHERS_AND_FURNITURE = re.compile(f"{_OTHERS.pattern}|{_FURNITURE.pattern}", re.IGNORECASE)
_OWN_TAGS = frozenset({"body", "html", "main", "article"})


def holders(heading: Element | None) -> frozenset[Element]:
    """What holds the title is the article's own, whatever it is called."""
    return frozenset(heading.iterancestors()) if heading is not None else frozenset()


class Surroundings:
    """Tells what is beside the article of one page. Remembers, because thousands of elements share what holds them.

    `own` are the `holders` of the title.
    """

    __slots__ = ("_asides", "_others", "_own")

    def __init__(self, own: frozenset[Element] = frozenset()) -> None:
        self._own = own
        self._others: dict[Element, bool] = {}
        self._asides: dict[Element, bool] = {}

    def is_other(self, element: Element) -> bool:
        """Whether it belongs to other articles or to the site, by the tags, classes and ids of what holds it."""
        known = self._others.get(element)
        if known is None:
            known = not self._ends(element) and (_is_others(element) or self._above(element, self.is_other))
            self._others[element] = known
        return known

    def is_aside(self, element: Element) -> bool:
        """The same for prose: the furniture of a page, such as consent and sharing, is no prose of it either."""
        known = self._asides.get(element)
        if known is None:
            beside = element.tag in _TAGS or _says(_OTHERS_AND_FURNITURE, *_names(element))
            known = not self._ends(element) and (beside or self._above(element, self.is_aside))
            self._asides[element] = known
        return known

    def _ends(self, element: Element) -> bool:
        return element in self._own or element.tag in _OWN_TAGS

    def _above(self, element: Element, asked: Callable[[Element], bool]) -> bool:
        parent = element.getparent()
        return parent is not None and asked(parent)


def _is_others(element: Element) -> bool:
    return element.tag in _TAGS or _says(_OTHERS, *_names(element))


def _names(element: Element) -> tuple[str | None, str | None]:
    return element.get("class", ""), element.get("id", "")


@lru_cache(4096)  # a page has thousands of elements and few classes
def _says(pattern: re.Pattern[str], *names: str | None) -> bool:
    return any(pattern.search(name[:200]) for name in names if name)
