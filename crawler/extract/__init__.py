"""From the bytes of one page or PDF to a `Document`, or to the reason why it is none.

Pure: no network, no clock. CPU work on hostile input: callers run it in a process that they can kill after some
seconds. What is cheaply seen to be too much is refused before it is parsed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.extract import html, pdf
from crawler.extract.apart import Sighting
from crawler.extract.unusable import Unusable
from prrwatch.crawl import Reason
from prrwatch.document import Document, Item
from prrwatch.relevance import Ruleset
from prrwatch.source import Kind, Source

__all__ = ["Unusable", "extract", "saved"]

_BINARY = ("image/", "audio/", "video/", "font/", "application/zip", "application/octet-stream", "application/msword")


def extract(  # noqa: PLR0913 - what is known of a response, all named
    body: bytes,
    *,
    url: str,
    source: Source,
    fetched: datetime,
    media_type: str,
    charset: str | None,
    item: Item | None,
    rules: Ruleset | None = None,
) -> Document | Unusable:
    """Read one article as `source` has it. `media_type` and `charset` are the header's; the bytes know better.

    The key is the item's, else the URL's; a missing date, issuer or language is None. Of a page that holds nothing
    which `rules` could flag, the text is taken the cheap way, and marked so; without `rules` always in full.
    """
    sighting = Sighting(url, source, fetched, item)
    if not body.strip():
        return Unusable(Reason.EMPTY, "no bytes")
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return pdf.read(body, sighting)
    if media_type.casefold().startswith(_BINARY) and b"<" not in body[:1024]:
        return Unusable(Reason.MALFORMED, f"{media_type} is no article")
    return html.read(body, sighting, charset, rules)


def saved(body: bytes, url: str, fetched: datetime) -> Document | Unusable:
    """A saved page or PDF, read as no source in particular."""
    return extract(body, url=url, source=_NEUTRAL, fetched=fetched, media_type="", charset=None, item=None)


_NEUTRAL = Source(
    id="",
    name="",
    publisher="",
    kind=Kind.MEDIA,
    homepage="",
    languages=(),
    every=timedelta(days=1),
    tier=3,
    article="",
    ways=(),
)
