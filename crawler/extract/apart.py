"""A page taken apart: what it tells machines, its title, its lines; of either tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler.extract import metadata, page, titles, when
from crawler.extract.aside import Surroundings, holders
from prrwatch import dates, language, urls
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


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself."""

    told: metadata.Metadata
    title: str | None
    hidden: str  #: what stands in `noscript`


@dataclass(frozen=True, slots=True)
class Apart:
    """`start` is the line of the title."""

    tree: page.Element
    head: Head
    lines: tuple[page.Line, ...]
    start: int
    beside: Surroundings

    @property
    def own(self) -> tuple[str, ...]:
        """The page's own lines from the title on."""
        near = self.lines[self.start : self.start + _OWN]
        return tuple(line.text for line in near if not self.beside.is_other(line.element))

    @property
    def shown(self) -> str:
        """All that title and text can be taken from, as plain text that holds no markup."""
        words = "\n".join((self.head.title or "", *(line.text for line in self.lines)))
        return words.replace("<", " ").replace("&", " ")


def head(tree: page.Root, sighting: Sighting) -> Head:
    """Takes out of the tree what is no text."""
    extract = sighting.source.extract
    told = metadata.read(tree, sighting.url)
    hidden = " ".join(page.text_of(element) for element in tree.iter("noscript"))[:2000]
    page.strip(tree, extract.drop)
    title = titles.title(tree, told, extract.title, sighting.item.title if sighting.item else None)
    return Head(told, title, hidden)


def taken_apart(tree: page.Element, head: Head) -> Apart:
    """The lines, and what stands where."""
    lines = page.lines(tree)
    heading = titles.heading(tree, head.title)
    return Apart(tree, head, lines, _title_line(lines, heading), Surroundings(holders(heading)))


def document(
    read: Apart, text: str, published: Dated | None, signed: str | None, sighting: Sighting, sample: int | None = None
) -> Document:
    """What was read, put together. The language is told from so many code points at most."""
    return Document(
        key=sighting.key,
        url=sighting.url,
        source=sighting.source.id,
        title=read.head.title,
        text=text,
        language=language.of(text[:sample]),
        published=published if not _is_front_page(sighting.url) else None,
        issuer=signed,
        fetched=sighting.fetched,
        alternates=read.head.told.alternates,
    )


def stated(tree: page.Element, head: Head, sighting: Sighting, how: when.Reading) -> list[Dated]:
    """What the listing, the source's selector, machines and the address are told."""
    listed = sighting.item.published if sighting.item else None
    return [
        *([listed] if listed else ()),
        *when.from_selector(tree, sighting.source.extract.date, how),
        *when.from_metadata(head.told, how),
        *when.from_microdata(tree, how),
        *when.from_url(sighting.url, how),
    ]


def published(read: Apart, text: str, sighting: Sighting, known: Sequence[Dated] | None = None) -> Dated | None:
    """By all that is stated, which may be `known` by now, and all that is shown."""
    how = habits(read.head, sighting)
    candidates = [
        *(stated(read.tree, read.head, sighting, how) if known is None else known),
        *when.from_labels(read.own, how),
        *when.from_dateline(text, how),
        *when.around_title(read.lines, read.start, read.beside, how),
    ]
    return dates.resolve(candidates, seen=sighting.fetched)


def habits(head: Head, sighting: Sighting) -> when.Reading:
    """How the source writes dates."""
    return when.reading(sighting.source, sighting.fetched, head.told.modified)


def _title_line(lines: tuple[page.Line, ...], heading: page.Element | None) -> int:
    """Where the page's own matter begins."""
    if heading is None:
        return 0
    inside: set[page.Element] = {heading, *heading.iterdescendants()}
    return next((at for at, line in enumerate(lines) if line.element in inside), 0)


def _is_front_page(url: str) -> bool:
    """A front page is never published; the dates on it are its teasers' and its clock's."""
    parts = urlsplit(url)
    return parts.path.strip("/") == "" and not parts.query
