"""What goes wrong on the web, each as a pure change of an honest answer. Switched on with `Server.break_`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from scheduler.demo.exchange import Answer, Cut, Drip, Request, Silence

Fault = Callable[[Request, Answer], Answer]

_ITEM = re.compile(rb"(?s)<(item|entry|url|article)\b.*?</\1>")
_SELECTOR = re.compile(rb'\b(class|id)="([^"]+)"')

_WALL = b"""<!DOCTYPE html><html><head><title>Welcome</title></head><body><div id="app"></div>
<noscript>Please switch JavaScript on to see this page.</noscript></body></html>"""


def status(code: int, *, retry_after: str | None = None) -> Fault:
    """An error page with that status; `retry_after` in seconds or as an HTTP date."""
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    return lambda _, __: Answer(code, f"<html><body><h1>{code}</h1></body></html>".encode(), headers=headers)


def hang() -> Fault:
    """The connection is taken and nothing is ever said."""
    return lambda _, answer: replace(answer, sending=Silence())


def drop(after: int = 0) -> Fault:
    """The connection is reset after so many bytes; the length promised in the head is the honest one."""
    return lambda _, answer: replace(answer, sending=Cut(after))


def drip(pause: float) -> Fault:
    """One byte, then a pause in seconds, and so on to the end."""
    return lambda _, answer: replace(answer, sending=Drip(pause))


def instead(body: bytes, media_type: str = "text/html; charset=utf-8") -> Fault:
    """Status 200 with another body."""
    return lambda _, __: Answer(200, body, media_type)


def html_for_xml() -> Fault:
    """Status 200 and a page that wants JavaScript, whatever was asked for."""
    return instead(_WALL)


def eleven_bytes() -> Fault:
    """The emptiest feed seen in the wild: status 200, 11 bytes."""
    return instead(b"\xef\xbb\xbf<rss/> \n", "application/rss+xml")


def no_items() -> Fault:
    """The page is there and well formed, but lists nothing."""
    return lambda _, answer: replace(answer, body=_ITEM.sub(b"", answer.body))


def selectors_gone() -> Fault:
    """A redesign: every class and id has a new name, the text is the same."""
    return lambda _, answer: replace(answer, body=_SELECTOR.sub(rb'\1="v2-\2"', answer.body))


def redirect(url: str, code: int = 302) -> Fault:
    """Elsewhere; `url` may be relative, private, or no http at all."""
    return lambda _, __: Answer(code, headers=(("Location", url),))


def redirect_loop() -> Fault:
    """Every URL leads to itself."""
    return lambda request, _: Answer(302, headers=(("Location", request.target),))


def oversize(megabytes: int) -> Fault:
    """The page, then so many megabytes of white space: small when compressed, large after."""
    return lambda _, answer: replace(answer, body=answer.body + b" " * (megabytes * 1024 * 1024))
