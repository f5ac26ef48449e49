"""What goes into a reading process and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from prrwatch.crawl import Reason
from prrwatch.document import Item

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came."""

    url: str  #: where it was read, after redirects
    body: bytes
    content_type: str  #: the header as received, "" without one
    at: datetime

    @property
    def media_type(self) -> str:
        """`text/html`, `application/pdf`, ... in lower case (RFC 9110 section 8.3); "" when the server does not say."""
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset that the header names."""
        match = _CHARSET.search(self.content_type)
        return match[1] if match else None


@dataclass(frozen=True, slots=True)
class Listed:
    """The articles that a page lists, each once, and where the list goes on."""

    items: tuple[Item, ...]
    next: str | None = None  #: the next page of a listing
    children: tuple[str, ...] = ()  #: the sitemaps of an index, newest first; the feeds that an HTML page names
    others: int = 0  #: entries that are somebody else's: the page is read well although they are not listed


@dataclass(frozen=True, slots=True)
class Unread:
    """Why nothing usable could be read from a page."""

    reason: Reason
    detail: str
