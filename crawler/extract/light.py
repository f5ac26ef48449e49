"""The cheap way: for pages that hold nothing which the rules could flag, and so for most of them."""

from __future__ import annotations

from dataclasses import replace

from crawler.extract import body, quality, quick
from crawler.extract.apart import Sighting, document, habits, head, published, stated, taken_apart
from prrwatch import dates, issuer
from prrwatch.document import Document, Extraction
from prrwatch.relevance import Ruleset, could_match

_SAMPLE = 200  #: code points that tell the language: of 10,040 single sentences, which are shorter, one is told wrong


def read(html: bytes, sighting: Sighting, rules: Ruleset) -> Document | None:
    """The article by what the page says of itself for machines, and its paragraphs.

    None where it is to be read in full: the rules could match what it shows, it holds no article that this way finds,
    or the quick tree is not to be had of it.
    """
    tree = quick.parsed(html)
    if tree is None:
        return None
    try:
        return _article(tree, sighting, rules)
    except (quick.SelectolaxError, RecursionError):  # a selector of which lexbor does not know, or nested too deeply
        return None


def _article(tree: quick.Tree, sighting: Sighting, rules: Ruleset) -> Document | None:
    extract = sighting.source.extract
    top = head(tree, sighting)
    dated = stated(tree, top, sighting, habits(top, sighting))
    apart = taken_apart(tree, top)
    if could_match(apart.shown, rules):
        return None
    text = body.cheap_text(tree, apart.lines, apart.start, top.title, extract.body)
    if quality.judged(top.title or "", text, apart.lines, top.hidden):
        return None
    day = dates.resolve(dated, seen=sighting.fetched) or published(apart, text, sighting, dated)
    signed = issuer.told(text, (), organisation=top.told.organisation, author=top.told.author)
    made = document(apart, text, day, signed, sighting, _SAMPLE)
    return replace(made, extraction=Extraction.LIGHT, gate=rules.fingerprint)
