"""What stands beside an article: teasers, menus, comments, the footer."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_TAGS = frozenset({"aside", "nav", "footer", "form"})
_NAMES = re.compile(
    r"related|sidebar|widget|teaser|footer|comment|popular|latest|recommend|menu|navbar|navigation|more-|read-?(?:next|more|also)|"
    r"carousel|ticker|breaking|cookie|consent|newsletter|subscri|promo|banner|advert|disclaimer|copyright|signup|paywall|share|social",
    re.IGNORECASE,
)


def is_aside(element: HtmlElement, beside: HtmlElement | None = None) -> bool:
    """Whether the element, or what holds it up to the article, says so by its tag, class or id.

    What also holds `beside` (the title) is the article's own, whatever it is called.
    """
    own = set(beside.iterancestors()) if beside is not None else frozenset()
    for place in (element, *element.iterancestors()):
        if place in own or place.tag in {"body", "html", "main", "article"}:
            return False
        if place.tag in _TAGS or _NAMES.search(f"{place.get('class') or ''} {place.get('id') or ''}"):
            return True
    return False
