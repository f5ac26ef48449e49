"""One HTML page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract import body, bounds, charset, metadata, page, quality, titles, when
from crawler.extract.aside import holders, is_other
from crawler.extract.unusable import Unusable
from prrwatch import dates, issuer, language, urls
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Document, Item
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


def read(received: bytes, sighting: Sighting, declared: str | None) -> Document | Unusable:
    """Decode, refuse what is too much, parse, take out what is no text, read, judge."""
    if len(received) > bounds.MAX_BYTES * 2:
        return Unusable(Reason.TOO_LARGE, f"{len(received)} bytes of HTML")
    html = charset.decode(received, declared)
    refused = bounds.refused(html)
    if refused:
        return refused
    tree = page.parsed(html)
    if tree is None or not len(tree):
        return Unusable(Reason.EMPTY if not html.strip() else Reason.MALFORMED, "no HTML element in it")
    return _document(tree, sighting)


def _document(tree: HtmlElement, sighting: Sighting) -> Document | Unusable:
    source = sighting.source
    told = metadata.read(tree, sighting.url)
    hidden = " ".join(page.text_of(element) for element in tree.iter("noscript"))[:2000]
    page.strip(tree)
    for element in tree.cssselect(source.extract.drop) if source.extract.drop else ():
        element.drop_tree()
    title = titles.title(tree, told, source.extract.title, sighting.item.title if sighting.item else None)
    lines = page.lines(tree)
    heading = titles.heading(tree, title)
    start = _title_line(lines, heading)
    text = body.text(tree, lines, start, title, source.extract.body)
    held = holders(heading)
    own = tuple(line.text for line in lines[start : start + _OWN] if not is_other(line.element, held))
    parts = _Read(tree, told, lines, start, held, text, own)
    unusable = quality.judged(title or "", text, lines, hidden)
    if unusable and unusable.reason is not Reason.EMPTY:
        return unusable
    document = Document(
        key=sighting.key,
        url=sighting.url,
        source=source.id,
        title=title,
        text=text,
        language=language.of(text),
        published=_published(parts, sighting),
        issuer=_issuer(parts, source),
        fetched=sighting.fetched,
        alternates=told.alternates,
    )
    return replace(unusable, remains=document) if unusable else document


def _title_line(lines: tuple[page.Line, ...], heading: HtmlElement | None) -> int:
    """Where the page's own matter begins."""
    if heading is None:
        return 0
    inside = {heading, *heading.iterdescendants()}
    return next((at for at, line in enumerate(lines) if line.element in inside), 0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A page taken apart. `start` is the line of the title, `held` what holds it."""

    tree: HtmlElement
    told: metadata.Metadata
    lines: tuple[page.Line, ...]
    start: int
    held: frozenset[HtmlElement]
    text: str
    own: tuple[str, ...]  #: the page's own lines from the title on


def _published(parts: _Read, sighting: Sighting) -> Dated | None:
    if _is_front_page(sighting.url):
        return None
    how = when.reading(sighting.source, sighting.fetched, parts.told.modified)
    listed = sighting.item.published if sighting.item else None
    candidates = [
        *([listed] if listed else ()),
        *when.from_selector(parts.tree, sighting.source.extract.date, how),
        *when.from_metadata(parts.told, how),
        *when.from_microdata(parts.tree, how),
        *when.from_labels(parts.own, how),
        *when.from_dateline(parts.text, how),
        *when.around_title(parts.lines, parts.start, parts.held, how),
        *when.from_url(sighting.url, how),
    ]
    return dates.resolve(candidates, seen=sighting.fetched)


def _is_front_page(url: str) -> bool:
    """A front page is never published; the dates on it are its teasers' and its clock's."""
    parts = urlsplit(url)
    return parts.path.strip("/") == "" and not parts.query


def _issuer(parts: _Read, source: Source) -> str | None:
    selector = source.extract.issuer
    selected = next((page.text_of(element) for element in parts.tree.cssselect(selector)), None) if selector else None
    if selected and (named := issuer.name(selected)):
        return named
    told = parts.told
    return issuer.told(parts.text, parts.own[:60], organisation=told.organisation, author=told.author)
