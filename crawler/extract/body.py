"""The article's own text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import trafilatura
from lxml.html import HtmlElement

from crawler.extract.aside import Surroundings
from crawler.extract.page import Element, Line, lines, unwrap
from prrwatch import hygiene

_LIMIT = 2_000_000
_ENDS = tuple('.!?…»"”’)։؟。:;')
#: Calls to the reader that stand among paragraphs. Only where a line begins with one: prose may say the same words.
_CALL = re.compile(
    r"\W{0,3}(?:(?:read|see) (?:more|also|next)\b|related(?: (?:articles?|stor(?:y|ies)|news|content))?\s*(?:[:：]|"
    r"$)|don.t miss\b|also on \w+|"
    r"(?:follow|like) (?:us|me|him|her|them|\w+ on) |sign up (?:for|to) |subscribe |get (?:the latest|our) |"
    r"share (?:this|on|it)\b|"
    r"click here |(?:e-?mail|write to|contact) \w+ \w+ at |order reprints|print (?:this )?article|"
    r"all rights reserved|copyright [©(\d]|© ?\d{4}|"
    r"have a tip|advertisement$|story continues|image source|source: getty|"
    r"читайте (?:также|ещ[её]|на)|смотрите также|подпи(?:сывайтесь|шитесь)|следите за |поделиться|"
    r"материалы по теме|все права защищены|"
    r"по теме\s*[:：]|реклама$|o.qing:|шунингдек|мавзуга оид|оқи отырыңыз|тағы оқыңыз|lesen sie auch|lire aussi|"
    r"اقرأ أيضا)",
    re.IGNORECASE,
)
_LEAST = 25  #: letters and digits under which a line proves nothing about where it stands
_WIDEST = 4  #: times the letters of a title that a line of it may have, spaces and signs included
_LEAD = 60  #: code points of a lead at least
_MOST = 0.5  #: of the letters in a page's paragraphs
_SHARE = 0.25  #: of the prose of the fullest place that another place of the article has


@dataclass(frozen=True, slots=True)
class _Marked:
    """A line of the page, and whether the extractor took it."""

    line: Line
    plain: str
    taken: bool


def text(tree: HtmlElement, page: Sequence[Line], start: int, title: str | None, selector: str | None) -> str:
    """Paragraphs, one a line. The source's selector where it finds something, else trafilatura, mended by the page.

    `page` are the lines of the same tree, `start` is the place of the title among them.
    """
    found = _selected(tree, selector)
    if not found:
        unwrap(tree)
        beside = Surroundings()
        found = _mended(_told(tree, page, beside), page, start, beside)[:_LIMIT]
    return _without_title(found, title)


def cheap_text(tree: Element, page: Sequence[Line], start: int, title: str | None, selector: str | None) -> str:
    """The same by one look at the lines: the paragraphs that stand where most of the page's prose stands."""
    found = _selected(tree, selector)
    if not found:
        beside = Surroundings()
        prose = [(line.text, _place(line.element)) for line in page[start:] if _is_paragraph(line, beside)]
        room: Counter[tuple[str, ...]] = Counter()
        for words, place in prose:
            room[place] += len(words)
        most = max(room.values(), default=0)
        found = "\n".join(words for words, place in prose if room[place] >= _SHARE * most)[:_LIMIT]
    return _without_title(found, title)


def _selected(tree: Element, selector: str | None) -> str:
    found = tree.cssselect(selector) if selector else []
    outermost = [element for element in found if not any(other in found for other in element.iterancestors())]
    return "\n".join(line.text for element in outermost for line in lines(element))


def _told(tree: HtmlElement, page: Sequence[Line], beside: Surroundings) -> str:
    """Precision mode without its second opinions; with them where it leaves most of the page's prose behind.

    The default, where precision does so too. F1 is that of precision mode throughout, in two thirds of its time.
    """
    paragraphs = [line.text for line in page if _is_paragraph(line, beside)]
    prose = sum(map(len, paragraphs))
    quick = _asked(tree, precise=True, fast=True)
    if paragraphs and _share_in(quick, paragraphs) >= _MOST:
        return quick
    precise = _asked(tree, precise=True)
    if len(precise) >= 0.4 * min(prose, 3000):
        return precise
    return max(precise, _asked(tree, precise=False), key=len)


def _share_in(told: str, paragraphs: Sequence[str]) -> float:
    """The share of the paragraphs' letters that was told."""
    known = _plain(told)
    plains = [_plain(words) for words in paragraphs]
    return sum(len(plain) for plain in plains if plain in known) / max(1, sum(map(len, plains)))


def _asked(tree: HtmlElement, *, precise: bool, fast: bool = False) -> str:
    # It works on a copy of the tree. F1 .964 in precision mode against .960 by default. Never `deduplicate`: it is
    # process-global and eats repeats.
    told = trafilatura.extract(tree, favor_precision=precise, fast=fast, include_comments=False, include_tables=True)
    stripped = (line.strip() for line in hygiene.clean(told or "").split("\n"))
    return "\n".join(line for line in stripped if line)


def _mended(told: str, page: Sequence[Line], start: int, beside: Surroundings) -> str:
    """With the paragraphs that stand like those taken: trafilatura settles on one of several containers."""
    known = _plain(told)
    marked = [_Marked(line, plain := _plain(line.text), len(plain) >= _LEAST and plain in known) for line in page]
    places = Counter(_place(each.line.element) for each in marked if each.taken)
    if not places:
        return told or "\n".join(line.text for line in page[start:] if _is_paragraph(line, beside))
    links = {each.plain for each in marked if each.taken and each.line.linked > 0.8 * len(each.line.text)}
    if len(links) * 2 < sum(places.values()):
        told = "\n".join(line for line in told.split("\n") if _plain(line) not in links and not _CALL.match(line))
    usual = {place for place, count in places.items() if count >= max(2, sum(places.values()) // 4)}
    missed = [
        at
        for at, each in enumerate(marked)
        if not each.taken and each.plain not in known and _fits(each.line, usual, beside)
    ]
    return _woven(told, marked, missed) if missed else told


def _fits(line: Line, usual: set[tuple[str, ...]], beside: Surroundings) -> bool:
    return _is_paragraph(line, beside) and _place(line.element) in usual


def _woven(told: str, marked: Sequence[_Marked], missed: Sequence[int]) -> str:
    """The missed lines, each behind the last taken line before it."""
    kept = told.split("\n")
    plains = [_plain(line) for line in kept]
    behind: dict[int, list[str]] = {}
    for at in missed:
        before = next((marked[place].plain for place in range(at - 1, -1, -1) if marked[place].taken), None)
        found = next((number for number, plain in enumerate(plains) if before and before in plain), -1)
        behind.setdefault(found, []).append(marked[at].line.text)
    return "\n".join(
        [*behind.get(-1, []), *(words for number, line in enumerate(kept) for words in (line, *behind.get(number, [])))]
    )


def _is_paragraph(line: Line, beside: Surroundings) -> bool:
    """Prose in the page's own matter: a sentence of some length that is not mostly links."""
    if len(line.text) < _LEAD or not line.text.endswith(_ENDS) or beside.is_aside(line.element):
        return False
    return line.linked < len(line.text) / 2


def _place(element: Element) -> tuple[str, ...]:
    """Where an element stands, in terms of tags and classes: alike for the paragraphs of one article."""
    chain = (element, *islice(element.iterancestors(), 3))
    return tuple(f"{each.tag}.{each.get('class') or ''}" for each in chain)


def _without_title(words: str, title: str | None) -> str:
    known = _plain(title or "")
    most = _WIDEST * len(known)
    return "\n".join(line for line in words.split("\n") if not known or len(line) > most or _plain(line) != known)


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))
