"""A parsed page: its tree without what never is text, its lines in reading order, its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from prrwatch import hygiene

_XML = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_NO_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong sub"
    " sup time tt u var wbr nobr".split()  # noqa: SIM905
)
_LINE_LIMIT = 20_000  #: lines looked at


@dataclass(frozen=True, slots=True)
class Line:
    """One block of visible text and the element that holds it."""

    text: str
    element: HtmlElement


def parsed(html: str) -> HtmlElement | None:
    """The tree of a page, or None when nothing can be made of it."""
    data = _XML.sub("", html.replace("\0", "")).encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError):  # empty, or only a comment
        return None
    return tree if isinstance(tree, HtmlElement) else None


def strip(tree: HtmlElement) -> None:
    """Take out what never is text. Metadata in scripts must be read before."""
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)


def lines(tree: HtmlElement) -> tuple[Line, ...]:
    """The visible blocks of text in reading order, each on one line."""
    return tuple(_lines(tree))


def _lines(tree: HtmlElement) -> Iterator[Line]:
    pieces: list[str] = []
    holder = tree
    count = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        block = element.tag not in _INLINE
        if block and pieces:
            text = hygiene.one_line("".join(pieces), 5000)
            pieces = []
            count += bool(text)
            if text:
                yield Line(text, holder)
        if count > _LINE_LIMIT:
            return
        words = element.text if event == "start" else element.tail
        if block:
            holder = element if event == "start" else element.getparent()
        if words and element.tag not in {"head", "title"}:
            pieces.append(words)


def text_of(element: HtmlElement) -> str:
    """All text of an element on one line."""
    return hygiene.one_line(" ".join(piece for piece in element.itertext() if piece.strip()), 5000)
