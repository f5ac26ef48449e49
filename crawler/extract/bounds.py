"""What is refused before it is parsed, because parsing it costs more than any article is worth.

Measured with lxml 6.1: 40,000 attributes on one element (0.43 MB) take 14 s that no signal interrupts; of 300,000
levels of nesting 2,048 are read, in 15 ms. The process that runs us is killed after a while; this only saves that
while.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.unusable import Unusable
from prrwatch.crawl import Reason

MAX_BYTES = 12 * 1024 * 1024  #: of HTML; the largest of 283 real pages has 3.5 MB
MAX_TAGS = 60_000  #: the richest of them has 14,614
MAX_ATTRIBUTES = 500  #: on one element
MAX_DEPTH = 400  #: the deepest of them has 48
_LONG_TAG = 1500  #: bytes; a shorter one cannot hold so many attributes
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_SEPARATOR = re.compile(rb"[\s/=]+")
_DEEPER = XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
#: Bytes that stand in no text.
_BINARY = bytes((*range(0x09), *range(0x0E, 0x20)))
_REPLACED = "\ufffd".encode()
_VERBATIM = {b"<!--": b"-->", b"<script": b"</script", b"<style": b"</style", b"<svg": b"</svg"}
_OPENING = re.compile(b"|".join(_VERBATIM))


def refused(html: bytes) -> Unusable | None:
    """Why this page, in UTF-8, is not parsed, or None."""
    if len(html) > MAX_BYTES:
        return Unusable(Reason.TOO_LARGE, f"{len(html)} bytes of HTML, at most {MAX_BYTES}")
    if _binary(html[:20_000]) > min(len(html), 20_000) // 50:
        return Unusable(Reason.MALFORMED, "binary, not HTML")
    if html.count(b"<") > MAX_TAGS and (tags := without_verbatim(html).count(b"<")) > MAX_TAGS:
        return Unusable(Reason.TOO_LARGE, f"{tags} tags, at most {MAX_TAGS}")
    if _most_attributes(html) > MAX_ATTRIBUTES and _most_attributes(without_verbatim(html)) > MAX_ATTRIBUTES:
        return Unusable(Reason.MALFORMED, f"an element with more than {MAX_ATTRIBUTES} attributes")
    return None


def _binary(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _BINARY)) + sample.count(_REPLACED)


def too_deep(tree: HtmlElement) -> Unusable | None:
    """Why this tree is not read, or None. Parsing it cost little; what follows may go down by calling itself."""
    if _DEEPER(tree.getroottree()):
        return Unusable(Reason.MALFORMED, f"nested deeper than {MAX_DEPTH} levels")
    return None


def without_verbatim(html: bytes) -> bytes:
    """Without comments, scripts, styles and drawings; linear also where one is never closed."""
    lowered = html.lower()
    kept, at = [], 0
    while opened := _OPENING.search(lowered, at):
        end = _VERBATIM[opened[0]]
        closed = lowered.find(end, opened.end())
        kept.append(html[at : opened.start()])
        if closed < 0:
            return b"".join(kept)
        at = closed + len(end)
    return b"".join((*kept, html[at:]))


def _most_attributes(html: bytes) -> int:
    """At least as many as the richest element has."""
    pieces = (piece for piece in _long_pieces(html) if piece[:1].isalpha() and b">" not in piece[:_LONG_TAG])
    return max((_attributes(piece.partition(b">")[0]) for piece in pieces), default=0)


def _long_pieces(html: bytes) -> Iterator[bytes]:
    """What stands between two "<" (or behind the last) where that is long; leaps from one "<" to a far one."""
    at = html.find(b"<")
    while at >= 0:
        far = html.rfind(b"<", at + 1, at + 2 + _LONG_TAG)
        if far < 0:
            far = html.find(b"<", at + 2 + _LONG_TAG)
            yield html[at + 1 : far if far >= 0 else len(html)]
        at = far


def _attributes(tag: bytes) -> int:
    """At least as many as the element has. Values are left out: a picture in a `data:` URL is one attribute."""
    return len(_SEPARATOR.findall(_QUOTED.sub(b"", tag)))
