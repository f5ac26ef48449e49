"""Who signs a text, as written: the body that issued it, which may be another than the site that carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prrwatch import hygiene

_LIMIT = 160  #: code points; a longer "name" is prose
_LABEL = re.compile(
    r"^\W{0,3}(?:issued by|news provided by|provided by|press release by|released by|published by|"
    r"выпустил[аио]?|издатель|опубликовано кем|источник|автор публикации|manba|манба|дереккөз|булак|"
    r"çeşme)\s?[:：]\s*(.*)$",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"^\W{0,3}[^\W\d_][\w /]{1,30}[:：]\s*(?:.{0,60})$")
_SIGNED = re.compile(r"/{2,4}\s?([A-ZА-ЯЁ][^/\n,]{1,80}?)(?:,\s?[^/\n]{0,60})?\s*$")
#: "The Caspian Post reports citing OSCE." "..., сообщает УзА со ссылкой на МИД". Case decides where the name ends.
_CITING = re.compile(
    r"(?:reports?|reported|informs?|writes?|said),?\s+(?:citing|with reference to|referring to|quoting)\s+(?:the\s+)?"
    r"([A-ZА-ЯЁ][\w’'&-]*(?: (?:of|for|the|and|[A-ZА-ЯЁ][\w’'&-]*)){0,8})|"
    r"[Сс]о ссылкой на\s+((?:пресс-службу\s+)?[A-ZА-ЯЁ«\"][\w«»\"-]*(?:\s[\w«»\"-]+){0,4}?)(?=[.,;]|\sсо|$)"
)
_BYLINE = re.compile(r"^\s*(?:[Bb]y|BY|Автор|Muallif|Муаллиф|Par|Von)\s?:?\s+([A-ZА-ЯЁÀ-ÝҚҒӘӨҮҰҲЎ][^\n|,]{2,60})$")
_HEAD = 3000


def told(
    text: str, lines: Sequence[str] = (), *, organisation: str | None = None, author: str | None = None
) -> str | None:
    """The issuer as the page names it, or None.

    In order: a label ("Issued by:", "News Provided By") among the page's `lines`; the signature that closes a release
    ("///UNRCCA, 28 November 2024"); "reports citing OSCE"; a byline; the organisation, then the author,
    of its metadata.
    """
    found = _labelled(lines) or signature(text) or _cited(text) or _byline(lines) or organisation or author
    return name(found) if found else None


def signature(text: str) -> str | None:
    """The name in "///UNRCCA, 28 November 2024" on a line of its end, as written."""
    for line in reversed(text[-600:].splitlines()):
        match = _SIGNED.search(line)
        if match and "http" not in line:
            return match[1].strip()
    return None


def name(words: str) -> str | None:
    """One line without loose punctuation; None for what is no name (empty, too long)."""
    plain = hygiene.one_line(words, _LIMIT + 1).strip(" \t|,;:-–—")
    return (
        plain.rstrip(".")
        if plain.endswith(".") and plain.count(".") == 1
        else plain
        if 1 < len(plain) <= _LIMIT
        else None
    )


def _labelled(lines: Sequence[str]) -> str | None:
    for at, line in enumerate(lines):
        match = _LABEL.match(line[: _LIMIT + 40])
        if match:
            value = match[1].strip() or _value(lines[at + 1 : at + 2])
            if value:
                return value
    return None


def _value(following: Sequence[str]) -> str | None:
    """The line after a label, unless it is the next label."""
    if not following or len(following[0]) > _LIMIT or following[0].rstrip().endswith(":"):
        return None
    return following[0].strip().lstrip("-•* ") or None


def _cited(text: str) -> str | None:
    match = _CITING.search(text[:_HEAD]) or _CITING.search(text[-1000:])
    return next(group for group in match.groups() if group) if match else None


def _byline(lines: Sequence[str]) -> str | None:
    matches = (_BYLINE.match(line) for line in lines if len(line) < 80)
    return next((match[1] for match in matches if match), None)
