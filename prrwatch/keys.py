"""Keys of sources: put into a URL at the moment it is asked for, and taken out of everything that comes back.

Source files, jobs' sources, records, the store and the logs know a key by its name only, as `{NAME}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from prrwatch.crawl import Key


def filled(url: str, key: Key | None) -> str:
    """The URL with the value of the key in the place of its name, percent-encoded. The name may be encoded, too."""
    if key is None:
        return url
    value = quote(key.value, safe="")
    return url.replace(f"{{{key.name}}}", value).replace(f"%7B{key.name}%7D", value)


def veiled(text: str, key: Key) -> str:
    """The text with the name of the key in the place of its value, however a URL, HTML or JSON spells that."""
    for spelling in _spellings(key):
        text = text.replace(spelling, f"{{{key.name}}}")
    return text


def veiled_bytes(body: bytes, key: Key) -> bytes:
    """The same for a body in UTF-8 or any charset that extends ASCII."""
    for spelling in _spellings(key):
        body = body.replace(spelling.encode(), f"{{{key.name}}}".encode())
    return body


def _spellings(key: Key) -> Iterator[str]:
    """The longest first: a plain value may be part of its own encoding."""
    value = key.value
    spellings = {value, quote(value, safe=""), quote(value), quote_plus(value), value.replace("/", "\\/")}
    spellings |= {value.replace("&", "&amp;"), quote(value, safe="").lower()}
    yield from sorted(spellings - {""}, key=len, reverse=True)
