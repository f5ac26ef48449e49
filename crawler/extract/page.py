"""A parsed page: its tree without what never is text, its lines in reading order, its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from prrwatch import hygiene

#: not allowed in a tree (XML 1.0, 2.2)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_XML = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NO_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea")
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "ul", "table")
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "nobr",
    ]
)
_LINE_LIMIT = 20_000  #: lines looked at


@dataclass(frozen=True, slots=True)
class Line:
    """One block of visible text and the element that holds it."""

    text: str
    element: HtmlElement
    linked: int  #: code points of it that are links


def parsed(html: str) -> HtmlElement | None:
    """The tree of a page, or None when nothing can be made of it."""
    data = _XML.sub("", _CONTROL.sub(" ", html)).encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError):  # empty, or only a comment
        return None
    return tree if isinstance(tree, HtmlElement) else None


def strip(tree: HtmlElement) -> None:
    """Take out what never is text. Metadata in scripts must be read before."""
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    for table in list(tree.iter("table"))[:100]:
        if _is_layout(table):
            _unfold(table)
    _unwrap(tree)


def _is_layout(table: HtmlElement) -> bool:
    """A table whose cell holds an article: old offices build pages so, and extractors read rows of figures."""
    cells = (cell for row in table.iterchildren("tr", "tbody") for cell in row.iter("td"))
    return any(sum(1 for _ in cell.iter(*_BLOCKS)) >= 2 and len(cell.text_content()) > 200 for cell in cells)


def _unfold(table: HtmlElement) -> None:
    own = [part for part in table.iter("thead", "tbody", "tr", "td", "th") if _table_of(part) is table]
    for part in (table, *own):
        part.tag = "div"


def _table_of(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("table"), None)


def _unwrap(tree: HtmlElement) -> None:
    """Line breaks of the file are spaces, but where `pre` keeps them; extractors take them for ends of paragraphs."""
    kept = {below for pre in tree.iter("pre") for below in pre.iter()}
    for element in tree.iter():
        if element.text and "\n" in element.text and element not in kept:
            element.text = _SPACES.sub(" ", element.text)
        if element.tail and "\n" in element.tail and element not in kept:
            element.tail = _SPACES.sub(" ", element.tail)


def lines(tree: HtmlElement) -> tuple[Line, ...]:
    """The visible blocks of text in reading order, each on one line."""
    return tuple(_lines(tree))


def _lines(tree: HtmlElement) -> Iterator[Line]:
    gathered = _Gathered(tree)
    count = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag not in _INLINE:
            line = gathered.line()
            if line:
                count += 1
                yield line
            gathered = _Gathered(element if event == "start" else element.getparent(), gathered.links)
        if count > _LINE_LIMIT:
            return
        gathered.take(event, element)


class _Gathered:
    """The pieces of one line on the way through the tree."""

    __slots__ = ("holder", "linked", "links", "pieces")

    def __init__(self, holder: HtmlElement, links: int = 0) -> None:
        self.holder = holder
        self.links = links  # how many `a` are open
        self.linked = 0
        self.pieces: list[str] = []

    def take(self, event: str, element: HtmlElement) -> None:
        if element.tag == "a":
            self.links = max(0, self.links + (1 if event == "start" else -1))
        words = element.text if event == "start" else element.tail
        if words and element.tag not in {"head", "title"}:
            self.pieces.append(words)
            self.linked += len(words.strip()) if self.links else 0

    def line(self) -> Line | None:
        joined = "".join(self.pieces)
        text = hygiene.one_line(joined, 5000) if joined and not joined.isspace() else ""
        return Line(text, self.holder, self.linked) if text else None


def text_of(element: HtmlElement) -> str:
    """All text of an element on one line."""
    return hygiene.one_line(" ".join(piece for piece in element.itertext() if piece.strip()), 5000)
