"""The outermost layer: what may be asked at all, and what every answer says to the browser."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Nothing runs, nothing comes from elsewhere, nobody frames us. The pages need one style sheet and no script at all.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
LARGEST = 8_192  #: bytes of a form
_READING = frozenset({"GET", "HEAD"})
#: Datasette's own pages about itself: they name files of this machine, versions and settings.
_HIDDEN = re.compile(r"/(?:-/|_internal|_memory|:memory:|[^/]*\.db$)")
_PORT = re.compile(r":\d+$")


def guarded(app: App, hosts: frozenset[str], prefix: str, takes: Callable[[str], bool]) -> App:
    """`app`, asked only to read, only about what is shown, only under names of ours; every answer with our headers.

    `takes` says which paths take a small form. `hosts` are names in lower case; empty answers to any. Without names,
    a page elsewhere could point a name of its own at this machine and read the store through a visitor's browser (DNS
    rebinding).
    """

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def answered(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_ours(message.get("headers", []))}
            await send(message)

        if refusal := _refusal(scope, hosts) or _unasked(scope, str(scope["path"]).removeprefix(prefix), takes):
            await _plain(answered, *refusal)
        else:
            await app(scope, receive, answered)

    return asked


def _refusal(scope: Scope, hosts: frozenset[str]) -> tuple[int, str] | None:
    if hosts and _host(scope) not in hosts:
        return 421, "This view does not answer under that name; set [web] base_url in the site file."
    return None


def _unasked(scope: Scope, path: str, takes: Callable[[str], bool]) -> tuple[int, str] | None:
    if scope["method"] == "POST" and takes(path):
        return None if _is_small(scope) else (413, "That is more than a form of ours.")
    if scope["method"] not in _READING:
        return 405, "This is a view: it only reads."
    return (404, "There is no such page.") if _HIDDEN.match(path) else None


def _is_small(scope: Scope) -> bool:
    # A body without a length told beforehand comes in chunks, which no browser does with a form.
    told = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    return len(told) == 1 and told[0].isdigit() and int(told[0]) <= LARGEST


def _host(scope: Scope) -> str:
    named = [value for name, value in scope["headers"] if name.lower() == b"host"]
    return _PORT.sub("", named[0].decode("latin-1").lower()) if named else ""


def _with_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    ours = {name for name, _ in HEADERS}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    cached = any(name.lower() == b"cache-control" for name, _ in kept)
    return [*kept, *HEADERS, *([] if cached else [(b"cache-control", b"private, no-store")])]


async def _plain(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *([(b"allow", b"GET, HEAD")] if status == 405 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
