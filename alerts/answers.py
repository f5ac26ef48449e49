"""What a service's answer means for a delivery. Pure; the rules that decide between again, never and ambiguous.

SMTP (RFC 5321 section 4.2): 2yz taken, 4yz again, 5yz never where the address or the message itself is refused. A 5yz
to the session (greeting, EHLO, STARTTLS, login, our sender) is a fault of the set-up, which an operator mends: again.
HTTP (RFC 9110): 2xx taken; 408, 425, 429 and 5xx again, with Retry-After (section 10.2.3); other 4xx never.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from prrwatch.alert import DeliveryResult, Outcome
from prrwatch.hygiene import one_line

_AGAIN = frozenset({408, 425, 429})
_MOVED_FOR_GOOD = frozenset({300, 301, 304, 308})
#: RFC 5321 section 4.5.3.1.10: a 552 to RCPT means "too many for now" and is treated as 452.
_TOO_MANY = 552
_LONGEST_WAIT = 24 * 3600.0
_ANSWER_LIMIT = 300


class Stage(StrEnum):
    """What an SMTP server answered to."""

    SESSION = "session"  #: greeting, EHLO, STARTTLS, login
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


def accepted(words: str) -> DeliveryResult:
    """The service took the message."""
    return DeliveryResult(Outcome.ACCEPTED, one_line(words, _ANSWER_LIMIT))


def again(words: str, retry_after: float | None = None) -> DeliveryResult:
    """The service did not take the message, and may take it later."""
    return DeliveryResult(Outcome.RETRY, one_line(words, _ANSWER_LIMIT), retry_after)


def never(words: str) -> DeliveryResult:
    """The service will not take this message."""
    return DeliveryResult(Outcome.NEVER, one_line(words, _ANSWER_LIMIT))


def lost(words: str, *, gone: bool | None) -> DeliveryResult:
    """No answer came. Only when nothing of use had gone out (`gone` False) is it sure that nobody has the message."""
    outcome = Outcome.RETRY if gone is False else Outcome.AMBIGUOUS
    return DeliveryResult(outcome, one_line(words, _ANSWER_LIMIT))


def smtp(code: int, reply: bytes | str, stage: Stage) -> DeliveryResult:
    """The meaning of an SMTP reply to one recipient's mail."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = f"SMTP {code} {text}"
    if 200 <= code < 300:
        return accepted(words)
    final = 500 <= code < 600 and stage in {Stage.RECIPIENT, Stage.MESSAGE}
    if final and not (stage is Stage.RECIPIENT and code == _TOO_MANY):
        return never(words)
    return again(f"{words} ({stage})")


def http(status: int, retry_after: str | None, body: str, now: datetime) -> DeliveryResult:
    """The meaning of an HTTP answer to the request that carried the message."""
    words = f"HTTP {status} {body}".strip()
    if 200 <= status < 300:
        return accepted(words)
    if 300 <= status < 400:
        # A followed redirect turns POST into GET and drops the message (RFC 9110 section 15.4): it is not followed.
        return never(words) if status in _MOVED_FOR_GOOD else again(words)
    if 400 <= status < 500 and status not in _AGAIN:
        return never(words)
    return again(words, patience(retry_after, now))


def patience(retry_after: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header: seconds or an HTTP date; at most a day; None for anything else."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST_WAIT)
