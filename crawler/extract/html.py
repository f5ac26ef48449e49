"""One HTML page."""

from __future__ import annotations

from dataclasses import replace

from lxml.html import HtmlElement

from crawler.extract import body, bounds, charset, light, page, quality
from crawler.extract.apart import Apart, Sighting, document, head, published, taken_apart
from crawler.extract.unusable import Unusable
from prrwatch import issuer
from prrwatch.crawl import Reason
from prrwatch.document import Document
from prrwatch.relevance import Ruleset
from prrwatch.source import Source


def read(received: bytes, sighting: Sighting, declared: str | None, rules: Ruleset | None) -> Document | Unusable:
    """Recode, refuse what is too much, parse, take out what is no text, read, judge.

    A page that `rules` could not match, whatever is taken from it, is read the cheap way where that finds an article.
    """
    if len(received) > bounds.MAX_BYTES * 2:
        return Unusable(Reason.TOO_LARGE, f"{len(received)} bytes of HTML")
    html = charset.in_utf8(received, declared)
    refused = bounds.refused(html)
    if refused:
        return refused
    quickly = light.read(html, sighting, rules) if rules is not None else None
    return quickly or _in_full(html, sighting)


def _in_full(html: bytes, sighting: Sighting) -> Document | Unusable:
    tree = page.parsed(html)
    if tree is None or not len(tree):
        return Unusable(Reason.EMPTY if not html.strip() else Reason.MALFORMED, "no HTML element in it")
    return bounds.too_deep(tree) or _document(tree, taken_apart(tree, head(tree, sighting)), sighting)


def _document(tree: HtmlElement, apart: Apart, sighting: Sighting) -> Document | Unusable:
    text = body.text(tree, apart.lines, apart.start, apart.head.title, sighting.source.extract.body)
    unusable = quality.judged(apart.head.title or "", text, apart.lines, apart.head.hidden)
    if unusable and unusable.reason is not Reason.EMPTY:
        return unusable
    signed = _issuer(apart, text, sighting.source)
    made = document(apart, text, published(apart, text, sighting), signed, sighting)
    return replace(unusable, remains=made) if unusable else made


def _issuer(apart: Apart, text: str, source: Source) -> str | None:
    selector = source.extract.issuer
    selected = next((page.text_of(element) for element in apart.tree.cssselect(selector)), None) if selector else None
    if selected and (named := issuer.name(selected)):
        return named
    return issuer.told(text, apart.own[:60], organisation=apart.head.told.organisation, author=apart.head.told.author)
