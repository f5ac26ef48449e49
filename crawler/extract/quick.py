"""A parsed page for the cheap way: the tree of lexbor, which takes a quarter of lxml's time and says more of it in C.

It is read only through `Node`, which answers as an element of lxml does, as far as the readers of a page ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, islice

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract.page import INLINE, LINE_LIMIT, NO_TEXT, Line
from prrwatch import hygiene

__all__ = ["Node", "SelectolaxError", "parsed"]

#: More openings than ends: lexbor, as HTML has it, takes quadratic time to see what an element stands in, and opens
#: formatting that was never closed again in every paragraph. Of 197 real and golden pages none has more than 1,100.
_MOST_OPEN = 2000
_LONG = 40  #: code points of a sentence; whether a shorter line is a link makes no difference
_PARTS = 8  #: of a page, after which that is counted
#: What stands in lines. A `time` tells a date and is looked for.
_UNWRAPPED = ",".join(sorted(INLINE - {"time", "img", "wbr"}))
_SAMPLE = LexborHTMLParser("<title>x</title>")
_TITLE = _SAMPLE.css("title")[0].tag_id
_TEXT = next(node.tag_id for node in _SAMPLE.css("title")[0].traverse(include_text=True) if node.tag == "-text")


class Node:
    """An element."""

    __slots__ = ("_node",)

    def __init__(self, node: LexborNode) -> None:
        self._node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._node.mem_id == other._node.mem_id

    def __hash__(self) -> int:
        return self._node.mem_id

    @property
    def tag(self) -> str:
        """Its name, in lower case."""
        return self._node.tag or ""

    @property
    def text(self) -> str:
        """Its own text."""
        return self._node.text(deep=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of an attribute; None also where it was given none."""
        return self._node.attrs.get(name, default)

    def getparent(self) -> Node | None:
        """None above `html`."""
        parent = self._node.parent
        return Node(parent) if parent is not None and parent.is_element_node else None

    def iterancestors(self) -> Iterator[Node]:
        """From the parent upwards."""
        above = self.getparent()
        while above is not None:
            yield above
            above = above.getparent()

    def iterdescendants(self) -> Iterator[Node]:
        """In the order of the page."""
        return (Node(each) for each in islice(self._node.traverse(), 1, None))

    def iter(self, tag: str) -> Iterator[Node]:
        """This and what it holds, as far as it has that name."""
        return (Node(each) for each in self._node.css(tag))

    def itertext(self) -> Iterator[str]:
        """All its text, in one piece."""
        yield self._node.text(separator=" ")

    def cssselect(self, selector: str) -> list[Node]:
        """Raises `SelectolaxError` for what lexbor does not know."""
        return [Node(each) for each in self._node.css(selector)]

    def drop_tree(self) -> None:
        """Take it out of the page."""
        self._node.decompose()

    def lines(self) -> tuple[Line, ...]:
        """Its visible blocks of text in reading order, each on one line. What stands in lines is an element no more."""
        return tuple(islice(_lines(self._node), LINE_LIMIT))

    def strip(self) -> None:
        """Take out what never is text. Metadata in scripts must be read before."""
        self._node.strip_tags(list(NO_TEXT), recursive=True)


def parsed(html: str) -> Node | None:
    """The tree of a page, or None where it would take long."""
    if _most_open(html) > _MOST_OPEN:
        return None
    try:
        root = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS, scripting=True).root
    except (SelectolaxError, ValueError):
        return None
    return Node(root) if root is not None else None


def _most_open(html: str) -> int:
    """Openings without an end, at the worst of some places of the page; at least as many for a page of few tags."""
    if (openings := html.count("<")) <= _MOST_OPEN:
        return openings
    step = len(html) // _PARTS + 1
    parts = (html[at : at + step] for at in range(0, len(html), step))
    return max(accumulate(part.count("<") - 2 * part.count("</") for part in parts), default=0)


def _lines(root: LexborNode) -> Iterator[Line]:
    links = {hygiene.one_line(words) for each in root.css("a") if len(words := each.text()) >= _LONG}
    for inside in root.css(_UNWRAPPED):
        inside.unwrap()
    root.merge_text_nodes()
    for node in root.traverse(include_text=True, skip_empty=True):
        if node.tag_id != _TEXT or not (text := hygiene.one_line(node.text_content or "", 5000)):
            continue
        if (holder := node.parent) is not None and holder.tag_id != _TITLE:
            yield Line(text, Node(holder), len(text) if text in links else 0)
