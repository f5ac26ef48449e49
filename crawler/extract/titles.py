"""The headline of a page, without the name of the site."""

from __future__ import annotations

import re

from crawler.extract.aside import Surroundings
from crawler.extract.metadata import Metadata
from crawler.extract.page import Element, text_of
from prrwatch import hygiene

_LIMIT = 500
_HEADLINE = 20  #: code points; what is shorter may be the name of the site or of a section
_CUT = re.compile(r"\s+[|–—·•»:-]{1,2}\s+|\s*[|»]\s*")


def title(tree: Element, metadata: Metadata, selector: str | None, listed: str | None) -> str | None:
    """In order: the source's selector; the `h1` that the page's own title repeats; og:title; `title`; as listed."""
    chosen = _selected(tree, selector) or _told(tree, metadata) or listed
    return hygiene.one_line(chosen, _LIMIT) or None if chosen else None


def heading(tree: Element, chosen: str | None) -> Element | None:
    """The element that shows the title, to know what stands around it."""
    if not chosen:
        return None
    wanted = _plain(chosen)
    for tag in ("h1", "h2", "h3"):
        for element in tree.iter(tag):
            if wanted and _plain(text_of(element)) == wanted:
                return element
    return next(iter(tree.iter("h1")), None)


def _selected(tree: Element, selector: str | None) -> str | None:
    found = tree.cssselect(selector)[:1] if selector else []
    return text_of(found[0]) or None if found else None


def _told(tree: Element, metadata: Metadata) -> str | None:
    named = next(iter(tree.cssselect("head > title")), None)
    whole = text_of(named) if named is not None else ""
    stated = without_site(metadata.title or whole, metadata.site)
    beside = Surroundings()
    headings = [words for element in tree.iter("h1") if not beside.is_other(element) and (words := text_of(element))]
    headings = [words for words in headings if not _is_site(words, metadata.site)]
    for words in headings:
        if _repeats(words, whole) or _repeats(words, metadata.title or ""):
            return words
    if len(headings) == 1 and (not stated or _alike(headings[0], stated) or _is_site(stated, metadata.site)):
        return headings[0]
    parts = {_plain(part) for part in _CUT.split(whole)}
    lower = (text_of(element) for tag in ("h2", "h3") for element in tree.iter(tag))
    part = next((words for words in lower if len(words) > _HEADLINE and _plain(words) in parts), None)
    return part or stated or next(iter(headings), None)


def _repeats(heading: str, stated: str) -> bool:
    plain = _plain(heading)
    return len(plain) > 8 and 2 * len(plain) > len(_plain(stated)) * 0.6 and plain in _plain(stated)


def without_site(words: str, site: str | None) -> str:
    """Without the site's name at either end, where it stands behind a separator."""
    parts = _CUT.split(words)
    if len(parts) < 2:
        return words
    last = list(_CUT.finditer(words))[-1]
    if _is_site(parts[-1], site):
        return words[: last.start()].strip()
    first = next(_CUT.finditer(words))
    return words[first.end() :].strip() if _is_site(parts[0], site) else words


def _is_site(part: str, site: str | None) -> bool:
    plain, known = _plain(part), _plain(site or "")
    return bool(plain) and bool(known) and (plain == known or plain in known or known in plain)


def _alike(one: str, other: str) -> bool:
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return bool(first) and len(first & second) >= 0.5 * min(len(first), len(second)) and len(first & second) > 1


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))
