"""A source: one publisher's outlet as its catalogue file describes it. Read by `prrwatch.catalogue`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Who speaks: an official body, a newsroom, a machine that copies, or an open platform."""

    OFFICIAL = "official"
    MEDIA = "media"
    SYNDICATOR = "syndicator"
    FORUM = "forum"


class WayKind(StrEnum):
    """How items of a source are discovered."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    WORDPRESS = "wordpress"
    API = "api"
    TELEGRAM = "telegram"
    SEARCH = "search"
    REPUBLISHER = "republisher"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of discovery. The CSS selectors are used by `listing` only; a republisher is resolved when it is read."""

    kind: WayKind
    url: str
    items: str | None = None  #: one card
    link: str | None = None  #: the `a` in a card; absent = the card itself or its first link
    title: str | None = None
    date: str | None = None
    next: str | None = None  #: link to the next page of the listing
    keep: str | None = None  #: regex: only entries whose text matches are this source's
    status: str | None = None  #: what is known about this URL: tested_ok, in_use, guess ... (see seeds/README.md)
    via: str | None = None  #: id of the source whose way this is: it carries this one's articles among its own
    article: str | None = None  #: regex of the articles that this way lists, where they are not the source's own
    render: str | None = None  #: "js": scripts fill the page, a browser reads it


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of an article page; an absent one leaves the field to the extractor."""

    title: str | None = None
    date: str | None = None
    issuer: str | None = None
    body: str | None = None
    drop: str | None = None  #: removed before anything is read


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy pass over the source yields."""

    items: int = 1  #: at least so many items listed per pass that is not answered by 304
    quiet_after: timedelta | None = None  #: a floor under what the learned cadence says
    fields: tuple[str, ...] = ()  #: fields of every document that must be filled: title, published, issuer, text


@dataclass(frozen=True, slots=True)
class Example:
    """A URL of the source and whether `article` must match it; run as a test."""

    url: str
    article: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the catalogue, checked and complete."""

    id: str
    name: str
    publisher: str
    kind: Kind
    homepage: str
    languages: tuple[str, ...]
    every: timedelta
    tier: int
    article: str  #: regex, `re.search` against the absolute URL
    ways: tuple[Way, ...]
    enabled: bool = True
    delay: float | None = None  #: seconds between two requests to one host; may only raise the site's
    needs_env: str | None = None  #: name of an environment variable without which the source is skipped, with a reason
    country: str | None = None  #: ISO 3166-1 alpha-2, where the publisher sits
    note: str = ""
    date_order: str | None = None  #: DMY, MDY or YMD for numeric dates on this site
    timezone: str | None = None  #: IANA zone of times without one
    render: str | None = None  #: "js": scripts fill the article pages, a browser reads them
    extract: Selectors = field(default_factory=Selectors)
    expect: Expect = field(default_factory=Expect)
    examples: tuple[Example, ...] = ()
    file: str = ""  #: where it was read from, for messages
