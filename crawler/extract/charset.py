"""Which letters the bytes of a page are, when header, page and truth disagree."""

from __future__ import annotations

import codecs
import re

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{3,40})|<\?xml[^>]{0,100}encoding=["']([a-zA-Z0-9_-]{3,40})""",
    re.IGNORECASE,
)
_HEAD = 8192  #: WHATWG looks at 1,024 bytes; real pages put scripts first
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_GUESSED = ("windows-1251", "koi8-r", "windows-1252")
#: What servers say and what is meant: WHATWG reads Latin-1 as windows-1252, and so does every browser.
_MEANT = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "win-1251": "windows-1251",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_CYRILLIC_SMALL = re.compile("[а-яё]")
_CYRILLIC_BIG = re.compile("[А-ЯЁ]")
_TORN = 0.002  #: share of bytes that may be broken in a page that still is UTF-8


def decode(body: bytes, declared: str | None) -> str:
    """The text of an HTML body, see `in_utf8`."""
    return in_utf8(body, declared).decode("utf-8", "replace")


def in_utf8(body: bytes, declared: str | None) -> bytes:
    """An HTML body in UTF-8. Valid UTF-8 is UTF-8 whatever anybody declares; then the header, the page, a guess.

    windows-1251 prose is never valid UTF-8 by chance, so a wrong declaration does no harm either way.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _recoded(body[len(bom) :], encoding)
    names = [name for name in (_known(declared), _known(_meta(body))) if name]
    if names[:1] and names[0].startswith(("utf-16", "utf-32", "iso-2022")):
        return _recoded(body, names[0])
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _recoded(body, _other(body, names))
    return body


def _recoded(body: bytes, encoding: str) -> bytes:
    return body.decode(encoding, "replace").encode("utf-8", "replace")


def _other(body: bytes, names: list[str]) -> str:
    """Not UTF-8 as a whole: torn UTF-8, or another encoding."""
    if body.decode("utf-8", "replace").count("\ufffd") <= max(2, len(body) * _TORN):
        return "utf-8"
    return next((name for name in names if name not in {"utf-8", "windows-1252"}), None) or _guess(body)


def _guess(body: bytes) -> str:
    """Cyrillic prose is mostly small letters; read in the wrong code page it is mostly capitals, or no letters."""
    sample = body[:200_000]
    scores = {name: _score(sample.decode(name, "replace")) for name in _GUESSED[:2]}
    best = max(scores, key=lambda name: scores[name])
    high = sum(byte >= 0xC0 for byte in sample)
    return best if scores[best] > max(20, high * 0.5) else _GUESSED[2]


def _score(text: str) -> int:
    return len(_CYRILLIC_SMALL.findall(text)) - 2 * len(_CYRILLIC_BIG.findall(text))


def _meta(body: bytes) -> str | None:
    match = _META.search(body[:_HEAD])
    return (match[1] or match[2]).decode("ascii") if match else None


def _known(name: str | None) -> str | None:
    plain = (name or "").strip(" \"'").casefold()
    try:
        return codecs.lookup(_MEANT.get(plain, plain)).name if plain else None
    except LookupError:
        return None
