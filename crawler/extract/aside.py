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
    r"cookie|consent|newsletter|subscri|promo|banner|advert|disclaimer|copyright|signup|paywall|share|social", re.IGNORECASE
)
_OWN_TAGS = frozenset({"body", "html", "main", "article"})


def is_other(element: HtmlElement, heading: HtmlElement | None = None) -> bool:
    """Whether it belongs to other articles or to the site, by the tags, classes and ids that hold it, up to the article.

    What also holds the `heading` is the article's own, whatever it is called.
    """
    return any(place.tag in _TAGS or _is_others(place.attrib) for place in _holders(element, heading))


def is_aside(element: HtmlElement, heading: HtmlElement | None = None) -> bool:
    """The same for prose: the furniture of a page, such as consent and sharing, is no prose of the article either."""
    places = list(_holders(element, heading))
    return any(place.tag in _TAGS or _is_others(place.attrib) or _is_furniture(place.attrib) for place in places)


def _holders(element: HtmlElement, heading: HtmlElement | None) -> Iterator[HtmlElement]:
    own = set(heading.iterancestors()) if heading is not None else frozenset()
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
