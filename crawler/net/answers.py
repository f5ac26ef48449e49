"""What a server's answer means. Pure: the clock is an argument, nothing is fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from prrwatch.crawl import Reason, Validators

#: A Retry-After beyond this is not believed: one wrong header must not silence a source for months.
LONGEST_PATIENCE = timedelta(hours=24)
#: 429 without Retry-After: so many times the polite delay.
_UNSAID_PATIENCE = 30

_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_ASKS_PATIENCE = frozenset({429, 503})
#: Marks of interstitials that stand instead of the page, in its title or its own scripts, not in prose about them.
_CHALLENGE_TITLE = re.compile(
    rb"<title>\s*(?:just a moment|attention required! \| cloudflare|ddos-guard|checking your browser)"
)
_CHALLENGE_ID = re.compile(rb"id=[\"']challenge-(?:form|error-text|running)[\"']")
_CHALLENGE_WORDS = (
    b"cf-browser-verification",
    b"_cf_chl_opt",
    b"/_incapsula_resource?",
    b"window.awswafcookiedomainlist",
    b"sucuri_cloudproxy_js",
)
_CHALLENGE_HEAD = 48 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, after redirects, content codings undone."""

    asked: str  #: the URL that was asked for
    url: str  #: the one that answered
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime

    def header(self, name: str) -> str:
        """The first header of that name, "" without one."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def unchanged(self) -> bool:
        """304 Not Modified."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no usable answer. `asked` False: the host's pause held, no request was made."""

    reason: Reason
    detail: str
    asked: bool = True
    status: int | None = None  #: of the answer, where it was its status that failed


def is_redirect(status: int) -> bool:
    """Whether the answer sends on to its Location."""
    return status in _MOVED


def refusal(answer: Answer) -> Failed | None:
    """The class of an answer that holds no page; None for a page and for 304."""
    if answer.unchanged:
        return None
    if is_challenge(answer):
        return Failed(Reason.CHALLENGE, f"a challenge page instead of the content (status {answer.status})")
    return refused_status(answer.status)


def refused_status(status: int) -> Failed | None:
    """The class of a status that is no success."""
    detail = f"HTTP status {status}"
    match status:
        case 429:
            return Failed(Reason.HTTP_429, detail)
        case _ if status in _GONE:
            return Failed(Reason.HTTP_404, detail)
        case _ if 200 <= status < 300:
            return Failed(Reason.EMPTY, detail) if status in {204, 205} else None
        case _ if 400 <= status < 500:
            return Failed(Reason.HTTP_403, detail, status=status)
        case _ if status >= 500:
            return Failed(Reason.HTTP_5XX, detail)
        case _:
            return Failed(Reason.MALFORMED, f"{detail} holds no page")


def is_challenge(answer: Answer) -> bool:
    """Whether a machine asks for a browser or a person instead of giving the page."""
    if answer.header("cf-mitigated").lower() == "challenge":
        return True
    head = answer.body[:_CHALLENGE_HEAD].lower()
    # One pattern of alternatives takes longer than all else that is done with a page in this process.
    if any(word in head for word in _CHALLENGE_WORDS):
        return True
    return bool(_CHALLENGE_TITLE.search(head) or (b"challenge-" in head and _CHALLENGE_ID.search(head)))


def patience(status: int, retry_after: str, delay: float, now: datetime) -> datetime | None:
    """Until when the host wants to be left alone (RFC 9110 section 10.2.3): seconds or an HTTP date, at most a day.

    None when it did not ask. 429 without a usable Retry-After asks for thirty polite delays.
    """
    if status not in _ASKS_PATIENCE:
        return None
    until = _retry_after(retry_after.strip(), now)
    if until is None and status == 429:
        until = now + timedelta(seconds=delay * _UNSAID_PATIENCE)
    if until is None or until <= now:
        return None
    return min(until, now + LONGEST_PATIENCE)


def fresh_for(answer: Answer) -> timedelta | None:
    """How long the server says that its answer holds: `max-age` (RFC 9111, 5.2.2.1); None where it does not say."""
    words = answer.header("Cache-Control").lower()
    found = re.search(r"(?:^|[,\s])max-age=\"?([0-9]{1,9})", words[:1000])
    if found is None or "no-cache" in words or "no-store" in words:
        return None
    return timedelta(seconds=int(found[1])) or None


def _retry_after(words: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"[0-9]{1,9}", words):
        return now + timedelta(seconds=int(words))
    try:
        until = parsedate_to_datetime(words)
    except ValueError:
        return None
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def validators_of(answer: Answer) -> Validators | None:
    """What to ask with next time, under the URL that was asked for; None when the server gave nothing."""
    etag, modified = answer.header("ETag"), answer.header("Last-Modified")
    if not etag and not modified:
        return None
    return Validators(answer.asked, etag or None, modified or None)
