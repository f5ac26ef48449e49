"""Who is signed in: one password for the analysts, a signed cookie, a token in every form, few attempts.

A cookie holds a random number, a name and when it ends, signed with a key that only this process knows: a restart signs
everybody out. Tokens are made from the cookie's number, so that a page elsewhere, which can neither read nor set it,
cannot make a form that counts (OWASP, "Cross-Site Request Forgery Prevention", signed double submit).
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from prrwatch.feedback import Remark
from prrwatch.hygiene import one_line

LASTS = timedelta(hours=12)
SHORTEST = 12  #: characters of a password
_NAME = 40
_WINDOW = timedelta(minutes=15)
_ATTEMPTS = 5  #: wrong ones in that time, from one address
_ALL_ATTEMPTS = 100  #: and from all of them together


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that we gave a cookie to; `name` is empty until it signs in."""

    number: str
    name: str
    ends: datetime


@dataclass(slots=True)
class Analysts:
    """The door for those who may speak. `file` puts what they say into the store: False when it was too late."""

    password: str
    file: Callable[[Remark], bool]
    secure: bool = False  #: people come over TLS, and so must the cookie
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _wrong: deque[tuple[datetime, str]] = field(default_factory=deque)

    def stranger(self, now: datetime) -> Session:
        """A browser that nobody has signed in with."""
        return Session(secrets.token_urlsafe(16), "", now + LASTS)

    def signed_in(self, password: str, name: str, address: str, now: datetime) -> Session | None:
        """A new session for who knows the password and says a name; None for others, and after too many of them."""
        if self.must_wait(address, now):
            return None
        # Of both the hash, so that their lengths cannot be told from the time that it takes.
        is_right = hmac.compare_digest(_hashed(password), _hashed(self.password))
        if not is_right:
            self._wrong.append((now, address))
            return None
        name = one_line(name, _NAME)
        return Session(secrets.token_urlsafe(16), name, now + LASTS) if name else None

    def must_wait(self, address: str, now: datetime) -> bool:
        """Whether too many wrong passwords came lately, from there or in all."""
        while self._wrong and (self._wrong[0][0] < now - _WINDOW or len(self._wrong) > _ALL_ATTEMPTS):
            self._wrong.popleft()
        return len(self._wrong) >= _ALL_ATTEMPTS or sum(each == address for _, each in self._wrong) >= _ATTEMPTS

    def cookie(self, session: Session) -> str:
        """What the browser keeps."""
        body = _packed([session.number, session.name, session.ends.isoformat()])
        return f"{body}.{self._signed('session', body)}"

    def session(self, cookie: str, now: datetime) -> Session | None:
        """The session of a cookie of ours that has not ended; None for anything else."""
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signed("session", body).encode()):
            return None
        number, name, ends = json.loads(urlsafe_b64decode(body))
        session = Session(number, name, datetime.fromisoformat(ends))
        return session if session.ends > now else None

    def token(self, session: Session) -> str:
        """What every form of this session's pages carries."""
        return self._signed("form", session.number)

    def is_from(self, session: Session, token: str) -> bool:
        """Whether a form came from a page that we gave to this session."""
        return hmac.compare_digest(token.encode(), self.token(session).encode())

    def _signed(self, what: str, words: str) -> str:
        return hmac.new(self._key, f"{what}:{words}".encode(), sha256).hexdigest()


def _packed(values: list[str]) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


def _hashed(words: str) -> bytes:
    return sha256(words.encode("utf-8", "surrogatepass")).digest()
