"""A parsed page for the cheap way: the tree of lexbor, which takes a quarter of lxml's time and says more of it in C.

It is read only through `Node`, which answers as an element of lxml does, as far as the readers of a page ask.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import cache
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
_SAMPLE = LexborHTMLParser("<title>x</title>")
_TEXT = next(node.tag_id for node in _SAMPLE.css("title")[0].traverse(include_text=True) if node.tag == "-text")


@cache
def _number(tag: str) -> int:
    """By which lexbor knows a tag of HTML."""
    return _SAMPLE.create_node(tag).tag_id


_TITLE = _number("title")
_STRIPPED = _number(NO_TEXT[0])  #: under which all that never is text is kept
_UNWRAPPED = _number("span")  #: under which all that stands in lines is kept
#: A `time` tells a date and is looked for.
_KEPT = {_number(tag): _UNWRAPPED for tag in INLINE - {"time", "img", "wbr"}} | {
    _number(tag): _STRIPPED for tag in NO_TEXT
}


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

    def words(self) -> str:
        """All the text that it holds."""
        return self._node.text()

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of an attribute; None also where it was given none."""
        return self._node.attrs.get(name, default)

    @property
    def attrib(self) -> Mapping[str, str | None]:
        """All its attributes."""
        return self._node.attributes

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

    def lines(self) -> tuple[Line, ...]:
        """Its visible blocks of text in reading order, each on one line. What stands in lines is an element no more."""
        return Tree(self._node).lines()


class Tree(Node):
    """A page. Knows its elements by name: to look for a name costs as much as to walk over all of them."""

    __slots__ = ("_numbered",)

    def __init__(self, root: LexborNode) -> None:
        super().__init__(root)
        self._numbered: dict[int, list[LexborNode]] | None = None

    def iter(self, tag: str) -> Iterator[Node]:
        """What has that name."""
        number = _number(tag)
        kept = self._by_number().get(_KEPT.get(number, number), ())
        return (Node(each) for each in kept if each.tag_id == number)

    def lines(self) -> tuple[Line, ...]:
        """Its visible blocks of text in reading order, each on one line. What stands in lines is an element no more."""
        links = {hygiene.one_line(words) for each in self.iter("a") if len(words := each.words()) >= _LONG}
        for inside in self._taken(_UNWRAPPED):
            inside.unwrap()
        self._node.merge_text_nodes()
        return tuple(islice(_lines(self._node, links), LINE_LIMIT))

    def strip(self, drop: str | None) -> None:
        """Take out what never is text, and what the selector finds. Metadata in scripts must be read before.

        Raises `SelectolaxError` for a selector that lexbor does not know.
        """
        # What is inside of another goes before it: lexbor frees all that an element holds, and looks at it no more.
        for each in reversed(self._taken(_STRIPPED)):
            each.decompose()
        for each in reversed(self._node.css(drop) if drop else []):
            each.decompose()
        self._numbered = None

    def _taken(self, number: int) -> list[LexborNode]:
        """What is kept under the number, to be taken out of the page: nobody is given it again."""
        return self._by_number().pop(number, [])

    def _by_number(self) -> dict[int, list[LexborNode]]:
        if self._numbered is None:
            self._numbered = {}
            for each in islice(self._node.traverse(), 1, None):
                self._numbered.setdefault(_KEPT.get(each.tag_id, each.tag_id), []).append(each)
        return self._numbered


def parsed(html: bytes) -> Tree | None:
    """The tree of a page in UTF-8, or None where it would take long."""
    if _most_open(html) > _MOST_OPEN:
        return None
    try:
        root = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS, scripting=True).root
    except (SelectolaxError, ValueError):
        return None
    return Tree(root) if root is not None else None


def _most_open(html: bytes) -> int:
    """Openings without an end, at the worst of some places of the page; at least as many for a page of few of them."""
    if (tags := html.count(b"<")) <= _MOST_OPEN or tags - html.count(b"</") <= _MOST_OPEN:
        return min(tags, _MOST_OPEN)
    step = len(html) // _PARTS + 1
    parts = (html[at : at + step] for at in range(0, len(html), step))
    return max(accumulate(part.count(b"<") - 2 * part.count(b"</") for part in parts), default=0)


def _lines(root: LexborNode, links: Container[str]) -> Iterator[Line]:
    for node in root.traverse(include_text=True, skip_empty=True):
        if node.tag_id != _TEXT or not (text := hygiene.one_line(node.text_content or "", 5000)):
            continue
        if (holder := node.parent) is not None and holder.tag_id != _TITLE:
            yield Line(text, Node(holder), len(text) if text in links else 0)
