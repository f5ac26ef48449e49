"""What stands beside an article: teasers of others, menus, forms, the footer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml.html import HtmlElement

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
_OWN_TAGS = frozenset({"body", "html", "main", "article"})


def holders(heading: HtmlElement | None) -> frozenset[HtmlElement]:
    """What holds the title is the article's own, whatever it is called."""
    return frozenset(heading.iterancestors()) if heading is not None else frozenset()


def is_other(element: HtmlElement, own: frozenset[HtmlElement] = frozenset()) -> bool:
    """Whether it belongs to other articles or to the site, by the tags, classes and ids of what holds it.

    `own` are the `holders` of the title.
    """
    return any(place.tag in _TAGS or _is_others(place.attrib) for place in _places(element, own))


def is_aside(element: HtmlElement, own: frozenset[HtmlElement] = frozenset()) -> bool:
    """The same for prose: the furniture of a page, such as consent and sharing, is no prose of the article either."""
    places = list(_places(element, own))
    return any(place.tag in _TAGS or _is_others(place.attrib) or _is_furniture(place.attrib) for place in places)


def _places(element: HtmlElement, own: frozenset[HtmlElement]) -> Iterator[HtmlElement]:
    for place in (element, *element.iterancestors()):
        if place in own or place.tag in _OWN_TAGS:
            return
        yield place


def _is_others(attributes: Mapping[str, str]) -> bool:
    return _says(_OTHERS, attributes.get("class", ""), attributes.get("id", ""))


def _is_furniture(attributes: Mapping[str, str]) -> bool:
    return _says(_FURNITURE, attributes.get("class", ""), attributes.get("id", ""))


@lru_cache(4096)  # a page has thousands of elements and few classes
def _says(pattern: re.Pattern[str], *names: str) -> bool:
    return any(pattern.search(name[:200]) for name in names if name)
