"""The quick tree and the cheap way over it: as the full ones on structure, bounded, and never an error."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import bounds, light, page, quick
from crawler.extract.apart import Sighting
from prrwatch.document import Document, Extraction
from prrwatch.relevance import load_rules
from prrwatch.source import Kind, Source

SEEN = datetime(2024, 12, 6, 8, 0, tzinfo=UTC)
RULES = load_rules()
SOURCE = Source("one", "One", "One", Kind.MEDIA, "https://one.org/", ("en",), timedelta(hours=1), 2, ".", ())
SIGHTING = Sighting("https://one.org/news/1", SOURCE, SEEN, None)
BLOCKS = ("p", "div", "h1", "h2", "li", "blockquote", "td")
WORDS = st.text("abcdefgh ", min_size=1, max_size=60).filter(str.strip)
INLINE = st.sampled_from(("b", "i", "a", "span", "em", "strong"))
PIECE = st.one_of(WORDS, st.tuples(INLINE, WORDS).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"))
BLOCK = st.tuples(st.sampled_from(("p", "div", "h2", "blockquote")), st.lists(PIECE, min_size=1, max_size=4)).map(
    lambda pair: f"<{pair[0]} class='x'>{' '.join(pair[1])}</{pair[0]}>"
)
_SCRAPS = [
    "<p>",
    "</p>",
    "<div",
    ">",
    "<table><tr><td>",
    "</table>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<svg>",
    "<template>",
    "<a href='x'>",
    "<\n",
    "&#x110000;",
    "A sentence that is long enough for all. ",
    "<noscript>",
    "<title>",
    "<h1>",
    "<meta name=date content=2024>",
    "<select>\n",
    "<frameset>",
    "<plaintext>",
    "\x00",
    "�",
]
MARKUP = st.lists(st.sampled_from(_SCRAPS), max_size=60).map("".join)
HOSTILE = {
    "formatting": "<b>" * 300_000,
    "depth": "<div>" * 300_000,
    "links": "<a><p>" * 100_000,
    "tables": "<table>" * 100_000,
    "paragraphs": "<p>x" * 400_000,
    "openings": "<" * 1_000_000,
    "attributes": f"<p {'a=1 ' * 100_000}>x",
    "drawings": "<svg><style>" * 50_000,
    "options": "<select><option>x" * 50_000,
    "comments": "<!--" * 300_000,
}


def words(tree: page.Root) -> list[str]:
    page.strip(tree)
    return [line.text for line in page.lines(tree)]


@given(st.lists(BLOCK, min_size=1, max_size=12))
@settings(max_examples=60)
def test_the_lines_of_the_quick_tree_are_those_of_the_full_one(blocks: list[str]) -> None:
    html = f"<html><head><title>t</title></head><body>{''.join(blocks)}<script>no</script></body></html>"
    quickly, fully = quick.parsed(html.encode()), page.parsed(html.encode())
    assert quickly is not None
    assert fully is not None
    assert words(quickly) == words(fully)


@given(st.lists(BLOCK, min_size=1, max_size=6))
@settings(max_examples=30)
def test_elements_answer_as_those_of_the_full_tree(blocks: list[str]) -> None:
    html = f"<html><body><main id='m'>{''.join(blocks)}</main></body></html>"
    trees = (quick.parsed(html.encode()), page.parsed(html.encode()))
    told = [
        [
            (each.tag, each.get("class"), each.get("no", "-"), [above.tag for above in each.iterancestors()])
            for each in tree.cssselect(".x")
        ]
        for tree in trees
        if tree is not None
    ]
    assert len(told) == 2
    assert told[0] == told[1]


@given(MARKUP)
@settings(max_examples=30)
def test_what_is_dropped_may_hold_what_is_dropped_too(html: str) -> None:
    tree = quick.parsed(f"<p class='x'>{html}<div class='x'><b class='x'>inside</b></div>".encode())
    assert tree is not None
    page.strip(tree, ".x, div, b, title")
    assert tree.cssselect(".x") == []
    assert words(tree) == [line.text for line in page.lines(tree)]


@given(MARKUP)
@settings(max_examples=60)
def test_the_cheap_way_never_raises(html: str) -> None:
    got = light.read(html.encode(), SIGHTING, RULES)
    assert got is None or (isinstance(got, Document) and got.extraction is Extraction.LIGHT)


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_the_cheap_way_takes_little_time_for_what_is_hostile(html: str) -> None:
    """As `crawler.extract.html` asks it: behind the bounds."""
    started = time.process_time()
    page = html.encode()
    if bounds.refused(page) is None:
        light.read(page, SIGHTING, RULES)
    assert time.process_time() - started < 5.0


@settings(max_examples=40)
@given(st.lists(st.one_of(st.just(b"<"), st.integers(1, 3200).map(b"x".__mul__)), max_size=25))
def test_long_pieces_are_found_by_leaps(parts: list[bytes]) -> None:
    html = b"".join(parts)
    long = [piece for piece in html.split(b"<")[1:] if len(piece) > 1500]
    assert [piece for piece in bounds._long_pieces(html) if len(piece) > 1500] == long
