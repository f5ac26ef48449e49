"""What may be said of a channel's URL: never its secrets. Pure, and light to import."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from prrwatch.errors import OperatorError, Problem

#: Schemes whose host is a machine of the operator's; elsewhere the host itself is often a token.
_PLAIN_HOST = frozenset({"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms"})
_MAIL = frozenset({"mailto", "mailtos"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}(?=://)", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"[a-z0-9.-]{1,253}(:\d{1,5})?", re.IGNORECASE | re.ASCII)
_PIECES = re.compile(r"[/?&=:@#,+\s]+")
_SHORTEST_SECRET = 6


class ChannelError(OperatorError, ValueError):
    """The URL of a channel cannot be used. Names the channel; the URL stands in it masked."""

    def __init__(self, url: str, channel: str = "", why: str = "no apprise URL that can be used") -> None:
        key = f"channels.{channel}.url" if channel else "channel"
        super().__init__([Problem("", key, f"{masked(url)}: {why}")])


def masked(url: str) -> str:
    """The URL without user, password, token, path and recipients: `mailto://***@mail.example.org:587`, `slack://***`."""
    scheme = _SCHEME.match(url.strip())
    if scheme is None:
        return "***"
    name = scheme[0].lower()
    host = _plain_host(url.strip()) if name in _PLAIN_HOST else ""
    return f"{name}://***@{host}" if host else f"{name}://***"


def masked_address(address: str) -> str:
    """A mail address as a log may show it: `a***@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}" if local else "***"


def scrubbed(text: str, url: str) -> str:
    """`text` (a service's answer) without any secret of `url` that it may repeat."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _plain_host(url: str) -> str:
    # An unescaped "/" or "@" in a password moves the borders of a URL; when in doubt nothing of it is shown.
    authority = url.partition("://")[2].split("/")[0].split("?")[0]
    host = authority.rpartition("@")[2]
    rest = url.partition("://")[2][len(authority) :].partition("?")[0]
    return host if _HOST.fullmatch(host) and "@" not in rest else ""


def _secrets(url: str) -> set[str]:
    scheme, _, rest = url.partition("://")
    if scheme.lower() in _MAIL:
        user, colon, password = rest.rpartition("@")[0].rpartition("://")[2].partition(":")
        pieces = [password] if colon else [user if "/" not in user and "?" not in user else ""]
    else:
        pieces = _PIECES.split(rest)
    host = urlsplit(url).netloc.rpartition("@")[2].partition(":")[0] if scheme.lower() in _PLAIN_HOST else ""
    kept = {piece for raw in pieces for piece in (raw, unquote(raw)) if len(piece) >= _SHORTEST_SECRET}
    return kept - {host}
