"""Requests and answers as values: what was asked, and what shall go out and how."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

_WORTH_COMPRESSING = 200  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `target` is path and query as sent; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Whole:
    """Sent as it should be."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is sent and the connection stays open until the client gives up."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is reset after so many bytes, head included."""

    after: int


@dataclass(frozen=True, slots=True)
class Drip:
    """Sent byte after byte with a pause between them, in seconds."""

    pause: float


Sending = Whole | Silence | Cut | Drip


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer before content coding. `modified` None: it has no validators and is never answered by 304."""

    status: int
    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    modified: datetime | None = None
    sending: Sending = Whole()


def conditional(request: Request, answer: Answer) -> Answer:
    """The answer with validators, or 304 where the client's copy is still good (RFC 9110, 13.1)."""
    if answer.status != 200 or answer.modified is None:
        return answer
    # Weak, because one tag stands for the plain and the compressed body (RFC 9110, 8.8.1).
    tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    validators = (("ETag", tag), ("Last-Modified", format_datetime(answer.modified, usegmt=True)))
    still_good = _still_good(request, tag, answer.modified)
    answer = replace(answer, headers=answer.headers + validators)
    return replace(answer, status=304, body=b"") if still_good else answer


def compressed(request: Request, answer: Answer) -> Answer:
    """The answer as gzip, where the client takes it and it is worth it."""
    if "gzip" not in request.headers.get("accept-encoding", "") or len(answer.body) < _WORTH_COMPRESSING:
        return answer
    coding = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(answer, body=gzip.compress(answer.body, mtime=0), headers=answer.headers + coding)


def _still_good(request: Request, tag: str, modified: datetime) -> bool:
    if tags := request.headers.get("if-none-match"):
        return tags.strip() == "*" or tag in [each.strip() for each in tags.split(",")]
    if since := request.headers.get("if-modified-since"):
        try:
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):  # TypeError: a date without zone does not compare
            return False
    return False
