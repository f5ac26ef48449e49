"""What was read from the web: an item as listed, a document as extracted, the original as received."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a date is known. The instant is the start of that span (UTC for `day` and coarser)."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as somebody stated it: the instant (aware, UTC), how exact, the raw words and where they stood."""

    at: datetime
    precision: Precision
    raw: str
    #: selector, feed, api, json-ld, meta, label, dateline, time (the element), header (a bare line beside the title),
    #: listing, url; with "+sighting" when the year came from when it was seen
    origin: str
    #: minutes east of UTC in which it was written, so that the publisher's day is shown, not that of Greenwich
    offset: int = field(default=0, compare=False)

    @property
    def value(self) -> str:
        """ISO 8601, cut to what is known: `2024`, `2024-11`, `2024-11-27`, `2024-11-27T15:30:00+05:00`."""
        cut = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}.get(self.precision)
        if cut:
            return self.at.isoformat()[:cut]
        return self.at.astimezone(timezone(timedelta(minutes=self.offset))).isoformat()


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a way of discovery listed it, before it is read."""

    url: str  #: absolute, as listed
    key: str  #: canonical key, see `prrwatch.urls.key`
    title: str | None = None
    published: Dated | None = None
    summary: str | None = None


class Extraction(StrEnum):
    """Which extraction a text had. `light` is the cheap one for pages without any term of the rules."""

    FULL = "full"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Document:
    """One article as read: the clean text and what is honestly known about it. Unknown stays None."""

    key: str
    url: str  #: where it was read, after redirects
    source: str
    title: str | None
    text: str
    language: str | None  #: ISO 639-1, told from the text; Uzbek in either script is "uz"
    published: Dated | None
    issuer: str | None  #: who signs it, as written
    fetched: datetime
    media_type: str = "text/html"
    extraction: Extraction = Extraction.FULL
    gate: str | None = None  #: fingerprint of the rules under which its page was found to hold nothing; where `light`
    alternates: tuple[str, ...] = ()  #: other URLs the page calls its own (canonical, AMP, language editions)


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes as received (after content decoding), with the headers that came with them."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    status: int
    fetched: datetime
    sha256: str
