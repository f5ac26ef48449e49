"""What is refused before it is parsed, because parsing it costs more than any article is worth.

Measured with lxml 6.1: 40,000 attributes on one element (0.43 MB) take 14 s that no signal interrupts; 1,000 levels of
nesting silently give an empty tree. The process that runs us is killed after a while; this only saves that while.
"""

from __future__ import annotations

import re

from crawler.extract.unusable import Unusable
from prrwatch.crawl import Reason

MAX_BYTES = 12 * 1024 * 1024  #: of HTML; the largest of 283 real pages has 3.5 MB
MAX_TAGS = 60_000  #: the richest of them has 14,614
MAX_ATTRIBUTES = 500  #: on one element
MAX_DEPTH = 400  #: the deepest of them has 48
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{1500,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEPARATOR = re.compile(r"[\s/=]+")
_NESTING = re.compile(
    r"<(/?)(?:div|span|table|ul|ol|dl|blockquote|section|article|font|b|i|em|strong|center|main|a)\b[^<>]*",
    re.IGNORECASE,
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_VERBATIM = {"<!--": "-->", "<script": "</script", "<style": "</style", "<svg": "</svg"}
_OPENING = re.compile("|".join(_VERBATIM))


def refused(html: str) -> Unusable | None:
    """Why this page is not parsed, or None."""
    if len(html) > MAX_BYTES:
        return Unusable(Reason.TOO_LARGE, f"{len(html)} characters of HTML, at most {MAX_BYTES}")
    if len(_BINARY.findall(html[:20_000])) > min(len(html), 20_000) // 50:
        return Unusable(Reason.MALFORMED, "binary, not HTML")
    plain = without_verbatim(html) if html.count("<") > 2000 or len(html) > 100_000 else html
    tags = plain.count("<")
    if tags > MAX_TAGS:
        return Unusable(Reason.TOO_LARGE, f"{tags} tags, at most {MAX_TAGS}")
    if any(_attributes(match[0]) > MAX_ATTRIBUTES for match in _LONG_TAG.finditer(plain)):
        return Unusable(Reason.MALFORMED, f"an element with more than {MAX_ATTRIBUTES} attributes")
    if _depth(plain) > MAX_DEPTH:
        return Unusable(Reason.MALFORMED, f"nested deeper than {MAX_DEPTH} levels")
    return None


def without_verbatim(html: str) -> str:
    """Without comments, scripts, styles and drawings; linear also where one is never closed."""
    lowered = html.lower()
    if len(lowered) != len(html):  # a letter whose lower case has two code points: offsets would not fit
        lowered = html
    kept, at = [], 0
    while opened := _OPENING.search(lowered, at):
        end = _VERBATIM[opened[0]]
        closed = lowered.find(end, opened.end())
        kept.append(html[at : opened.start()])
        if closed < 0:
            return "".join(kept)
        at = closed + len(end)
    return "".join((*kept, html[at:]))


def _attributes(tag: str) -> int:
    """At least as many as the element has. Values are left out: a picture in a `data:` URL is one attribute."""
    return len(_SEPARATOR.findall(_QUOTED.sub("", tag)))


def _depth(html: str) -> int:
    depth = deepest = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
