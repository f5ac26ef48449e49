"""One HTML page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract import body, bounds, charset, metadata, page, quality, titles, when
from crawler.extract.aside import Surroundings, holders
from crawler.extract.unusable import Unusable
from prrwatch import dates, issuer, language, urls
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Document, Extraction, Item
from prrwatch.relevance import Ruleset, could_match
from prrwatch.source import Source

_OWN = 150  #: lines from the title on in which a page tells of itself


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where and when a body was received, and how it was listed."""

    url: str
    source: Source
    fetched: datetime
    item: Item | None

    @property
    def key(self) -> str:
        """As listed: the store knows the article by it."""
        return self.item.key if self.item else urls.key(self.url)


def read(received: bytes, sighting: Sighting, declared: str | None, rules: Ruleset | None) -> Document | Unusable:
    """Decode, refuse what is too much, parse, take out what is no text, read, judge.

    A page that `rules` could not match, whatever is taken from it, has its text taken the cheap way.
    """
    if len(received) > bounds.MAX_BYTES * 2:
        return Unusable(Reason.TOO_LARGE, f"{len(received)} bytes of HTML")
    html = charset.decode(received, declared)
    refused = bounds.refused(html)
    if refused:
        return refused
    tree = page.parsed(html)
    if tree is None or not len(tree):
        return Unusable(Reason.EMPTY if not html.strip() else Reason.MALFORMED, "no HTML element in it")
    return bounds.too_deep(tree) or _document(_taken_apart(tree, sighting), sighting, rules)


@dataclass(frozen=True, slots=True)
class _Read:
    """A page taken apart. `start` is the line of the title."""

    tree: HtmlElement
    told: metadata.Metadata
    title: str | None
    lines: tuple[page.Line, ...]
    start: int
    beside: Surroundings
    hidden: str  #: what stands in `noscript`

    @property
    def own(self) -> tuple[str, ...]:
        """The page's own lines from the title on."""
        near = self.lines[self.start : self.start + _OWN]
        return tuple(line.text for line in near if not self.beside.is_other(line.element))


def _taken_apart(tree: HtmlElement, sighting: Sighting) -> _Read:
    extract = sighting.source.extract
    told = metadata.read(tree, sighting.url)
    hidden = " ".join(page.text_of(element) for element in tree.iter("noscript"))[:2000]
    page.strip(tree)
    for element in tree.cssselect(extract.drop) if extract.drop else ():
        element.drop_tree()
    title = titles.title(tree, told, extract.title, sighting.item.title if sighting.item else None)
    lines = page.lines(tree)
    heading = titles.heading(tree, title)
    start = _title_line(lines, heading)
    return _Read(tree, told, title, lines, start, Surroundings(holders(heading)), hidden)


def _document(read: _Read, sighting: Sighting, rules: Ruleset | None) -> Document | Unusable:
    """The cheap way where the rules allow it, and where it finds an article; else in full."""
    if rules is not None and not could_match(_shown(read), rules):
        got = _light(read, sighting, rules)
        if got is not None:
            return got
    return _full(read, sighting)


def _light(read: _Read, sighting: Sighting, rules: Ruleset) -> Document | None:
    """By what the page says of itself for machines, and its paragraphs."""
    text = body.cheap_text(read.tree, read.lines, read.start, read.title, sighting.source.extract.body)
    if quality.judged(read.title or "", text, read.lines, read.hidden):
        return None
    how = when.reading(sighting.source, sighting.fetched, read.told.modified)
    published = dates.resolve(_stated(read, sighting, how), seen=sighting.fetched) or _published(read, text, sighting)
    signed = issuer.told(text, (), organisation=read.told.organisation, author=read.told.author)
    document = _made(read, text, published, signed, sighting)
    return replace(document, extraction=Extraction.LIGHT, gate=rules.fingerprint)


def _full(read: _Read, sighting: Sighting) -> Document | Unusable:
    text = body.text(read.tree, read.lines, read.start, read.title, sighting.source.extract.body)
    unusable = quality.judged(read.title or "", text, read.lines, read.hidden)
    if unusable and unusable.reason is not Reason.EMPTY:
        return unusable
    published = _published(read, text, sighting)
    document = _made(read, text, published, _issuer(read, text, sighting.source), sighting)
    return replace(unusable, remains=document) if unusable else document


def _made(read: _Read, text: str, published: Dated | None, signed: str | None, sighting: Sighting) -> Document:
    return Document(
        key=sighting.key,
        url=sighting.url,
        source=sighting.source.id,
        title=read.title,
        text=text,
        language=language.of(text),
        published=published if not _is_front_page(sighting.url) else None,
        issuer=signed,
        fetched=sighting.fetched,
        alternates=read.told.alternates,
    )


def _shown(read: _Read) -> str:
    """All that title and text can be taken from, as plain text that holds no markup."""
    return "\n".join((read.title or "", *(line.text for line in read.lines))).replace("<", " ").replace("&", " ")


def _title_line(lines: tuple[page.Line, ...], heading: HtmlElement | None) -> int:
    """Where the page's own matter begins."""
    if heading is None:
        return 0
    inside = {heading, *heading.iterdescendants()}
    return next((at for at, line in enumerate(lines) if line.element in inside), 0)


def _stated(read: _Read, sighting: Sighting, how: when.Reading) -> list[Dated]:
    """What the listing, the source's selector, machines and the address are told."""
    listed = sighting.item.published if sighting.item else None
    return [
        *([listed] if listed else ()),
        *when.from_selector(read.tree, sighting.source.extract.date, how),
        *when.from_metadata(read.told, how),
        *when.from_microdata(read.tree, how),
        *when.from_url(sighting.url, how),
    ]


def _published(read: _Read, text: str, sighting: Sighting) -> Dated | None:
    how = when.reading(sighting.source, sighting.fetched, read.told.modified)
    candidates = [
        *_stated(read, sighting, how),
        *when.from_labels(read.own, how),
        *when.from_dateline(text, how),
        *when.around_title(read.lines, read.start, read.beside, how),
    ]
    return dates.resolve(candidates, seen=sighting.fetched)


def _is_front_page(url: str) -> bool:
    """A front page is never published; the dates on it are its teasers' and its clock's."""
    parts = urlsplit(url)
    return parts.path.strip("/") == "" and not parts.query


def _issuer(read: _Read, text: str, source: Source) -> str | None:
    selector = source.extract.issuer
    selected = next((page.text_of(element) for element in read.tree.cssselect(selector)), None) if selector else None
    if selected and (named := issuer.name(selected)):
        return named
    return issuer.told(text, read.own[:60], organisation=read.told.organisation, author=read.told.author)
