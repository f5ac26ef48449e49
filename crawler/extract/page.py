"""A parsed page: its tree without what never is text, its lines in reading order, its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from prrwatch import hygiene

if TYPE_CHECKING:
    from crawler.extract.quick import Node, Tree

#: not allowed in a tree (XML 1.0, 2.2), as UTF-8
_CONTROL = bytes(0x20 if code < 0x20 and code not in b"\t\n\r" else code for code in range(256))
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
NO_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea")
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "ul", "table")
INLINE = frozenset(
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
LINE_LIMIT = 20_000  #: lines looked at
#: Of lxml's tree, or of the quick one.
Element: TypeAlias = "HtmlElement | Node"
Root: TypeAlias = "HtmlElement | Tree"
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)


class Line(NamedTuple):
    """One block of visible text and the element that holds it. A page has hundreds."""

    text: str
    element: Element
    linked: int  #: code points of it that are links


def parsed(html: bytes) -> HtmlElement | None:
    """The tree of a page in UTF-8, or None when nothing can be made of it."""
    data = html.translate(_CONTROL)
    for each in _NONCHARACTERS:
        data = data.replace(each, b" ")
    declaration = _XML.match(data)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # By default lxml asks a Python function for the class of each element that is looked at.
    parser.set_element_class_lookup(_ONE_CLASS)
    data = data[declaration.end() :] if declaration else data
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError):  # empty, or only a comment
        return None
    return tree if isinstance(tree, HtmlElement) else None


def strip(tree: Root, drop: str | None = None) -> None:
    """Take out what never is text, and what the selector finds. Metadata in scripts must be read before."""
    if not isinstance(tree, HtmlElement):
        tree.strip(drop)
        return
    etree.strip_elements(tree, *NO_TEXT, with_tail=False)
    for table in list(tree.iter("table"))[:100]:
        if _is_layout(table):
            _unfold(table)
    for element in tree.cssselect(drop) if drop else ():
        element.drop_tree()


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


def unwrap(tree: HtmlElement) -> None:
    """Line breaks of the file are spaces, but where `pre` keeps them; extractors take them for ends of paragraphs."""
    kept = {below for pre in tree.iter("pre") for below in pre.iter()}
    for element in tree.iter():
        if element.text and "\n" in element.text and element not in kept:
            element.text = _SPACES.sub(" ", element.text)
        if element.tail and "\n" in element.tail and element not in kept:
            element.tail = _SPACES.sub(" ", element.tail)


def lines(tree: Element) -> tuple[Line, ...]:
    """The visible blocks of text in reading order, each on one line."""
    if not isinstance(tree, HtmlElement):
        return tree.lines()
    return tuple(islice(_lines(tree), LINE_LIMIT))


def _lines(tree: HtmlElement) -> Iterator[Line]:
    pieces: list[str] = []
    links = linked = 0  # how many `a` are open; code points in them
    opener = tree
    opened = True
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        starts = event == "start"
        if tag == "a":
            links = max(0, links + (1 if starts else -1))
        elif tag not in INLINE:
            if pieces:
                if text := hygiene.one_line("".join(pieces), 5000):
                    yield Line(text, opener if opened else _holder(opener), linked)
                pieces, linked = [], 0
            opener, opened = element, starts
        words = element.text if starts else element.tail
        if words and (pieces or not words.isspace()) and tag not in {"head", "title"}:
            pieces.append(words)
            if links:
                linked += len(words.strip())


def _holder(closed: HtmlElement) -> HtmlElement:
    """What holds the text behind an element."""
    parent = closed.getparent()
    return closed if parent is None else parent


def text_of(element: Element) -> str:
    """All text of an element on one line."""
    return hygiene.one_line(" ".join(piece for piece in element.itertext() if piece.strip()), 5000)
