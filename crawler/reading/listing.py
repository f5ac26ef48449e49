"""Listing pages by the catalogue's CSS selectors, with parsel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cssselect import SelectorError
from parsel import Selector, SelectorList
from w3lib.html import get_base_url

from crawler.reading.page import chosen, dated, item, no_articles, nothing, text_of, visible_size
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason
from prrwatch.document import Item
from prrwatch.hygiene import one_line
from prrwatch.source import Source, Way
from prrwatch.urls import absolute

#: Bytes of visible text below which a page without cards is an empty shell rather than a new layout.
_SHELL = 400
_NEEDS_SCRIPTS = re.compile(
    rb"enable javascript|javascript is (?:disabled|required)|requires javascript|turn on javascript", re.IGNORECASE
)
_ANY_LINK = "a[href]"
_LONGEST_RAW_DATE = 200


def read_listing(page: Page, source: Source, way: Way) -> Listed | Unread:
    """The articles whose cards the selectors find, and the address of the next page.

    Without `items` every match of `link`, or every link of the page, is a card.
    """
    if empty := nothing(page):
        return empty
    if way.items is None:
        way = replace(way, items=way.link or _ANY_LINK, link=None)
    text = text_of(page)
    base = get_base_url(text, page.url)
    try:
        root = Selector(text=text, type="html")
        every = root.css(way.items or _ANY_LINK)
        cards = [card for card in every if _kept(card, way)]
        found = tuple(_items(cards, base, page, source, way))
        onward = _href(root.css(way.next)) if way.next else None
    except (SelectorError, ValueError) as error:
        return Unread(Reason.LAYOUT_CHANGED, f"a selector cannot be used: {str(error)[:200]}")
    following = absolute(base, onward) if onward else None
    others = len(every) - len(cards)
    if others and not cards:
        return Listed((), next=following, others=others)
    if not found:
        return _why_empty(page, way, len(cards))
    items = chosen(found, source)
    return Listed(items, next=following, others=others) if items else no_articles(len(found))


def _kept(card: Selector, way: Way) -> bool:
    return way.keep is None or re.search(way.keep, _words(card)) is not None


def _items(cards: list[Selector], base: str, page: Page, source: Source, way: Way) -> Iterator[Item]:
    for card in cards:
        link = _href(card.css(way.link)) if way.link else _own_link(card)
        url = absolute(base, link) if link else None
        if url is not None:
            published = dated(_date_words(card, way), "listing", source, page.at)
            yield item(url, _title(card, way), published)


def _own_link(card: Selector) -> str | None:
    return card.attrib.get("href") or card.css("a[href]::attr(href)").get()


def _href(found: SelectorList[Selector]) -> str | None:
    """The address of the first match: its `href`, that of a link in it, or what `::attr()` chose."""
    for each in found:
        if isinstance(each.root, str):
            return each.root
        if link := _own_link(each):
            return link
    return None


def _title(card: Selector, way: Way) -> str:
    named = card.css(way.title) if way.title else [each for each in _links(card, way) if not isinstance(each.root, str)]
    return _words(named[0] if named else card)


def _links(card: Selector, way: Way) -> SelectorList[Selector]:
    if way.link:
        return card.css(way.link)
    return card.css("a[href]") if "href" not in card.attrib else SelectorList()


def _date_words(card: Selector, way: Way) -> str:
    if way.date is None:
        return ""
    for each in card.css(way.date):
        if stated := each.attrib.get("datetime") or each.attrib.get("content"):
            return stated[:_LONGEST_RAW_DATE]
        if words := _words(each):
            return words[:_LONGEST_RAW_DATE]
    return ""


def _words(selected: Selector) -> str:
    if isinstance(selected.root, str):
        return one_line(selected.root)
    return one_line(" ".join(selected.xpath(".//text()[not(parent::script or parent::style)]").getall()))


def _why_empty(page: Page, way: Way, cards: int) -> Unread:
    if visible_size(page) < _SHELL:
        if _NEEDS_SCRIPTS.search(page.body):
            return Unread(Reason.CHALLENGE, "a page that shows nothing without scripts")
        if not cards:
            return Unread(Reason.EMPTY, "a page without text and without cards")
    if cards:
        return Unread(Reason.LAYOUT_CHANGED, f"{cards} cards, none with a link under {way.link!r}")
    return Unread(Reason.LAYOUT_CHANGED, f"no card found by {way.items!r} on a full page")
