"""The first draft of a source file, from what was found on the site. Whatever nobody can find out says so."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from prrwatch.source import WayKind

_HEAD = """\
# Drafted by `prrwatch sources add`; lines with "?" are to be filled in by a person.
id = {id}
name = {host}            # ? as readers know it
publisher = {host}       # ? who speaks
kind = "media"           # ? official | media | syndicator | forum
# country = "KZ"         # ? where the publisher sits
homepage = {home}
languages = {languages}  # as its articles read
tier = 3                 # ? 1: every hour, 2: every 6 hours, 3: once a day
# timezone = "Asia/Almaty"  # ? of times without one
note = {note}
article = {article}  # ? does it match articles only?
"""
_WAY = """
[[discover]]
way = {way}
url = {url}
status = "tested_ok"
"""
_CARDS = 'items = "a[href]"        # ? the selector of one card; so: every link that matches `article`\n'
_TAIL = """
[expect]
items = 1                # ? how many it lists on a slow day

[[example]]
url = {example}
article = true

[[example]]
url = {home}
article = false
"""

#: So many links make a list; a page may recommend one or two articles.
_A_LIST = 3
#: So many words in an address are a headline; "about-us" and "press-releases" are entries of menus.
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A way that lists something, and what."""

    way: WayKind
    url: str
    items: tuple[str, ...]


def draft(identity: str, home: str, found: Sequence[Found], languages: Sequence[str]) -> str:
    """The text of a source file. `found` holds at least one way with items; those of the first one count most."""
    article, example = _article(found)
    words = {
        "id": _quoted(identity),
        "host": _quoted(urlsplit(home).hostname or home),
        "home": _quoted(home),
        "languages": json.dumps(list(languages) or ["en"]),
        "note": _quoted("" if len(found) > 1 else "one way: no other was found"),
        "article": f"'{article}'",
        "example": _quoted(example),
    }
    return _HEAD.format(**words) + "".join(map(_way, found)) + _TAIL.format(**words)


def _way(found: Found) -> str:
    stated = _WAY.format(way=_quoted(found.way.value), url=_quoted(found.url))
    return stated + _CARDS if found.way is WayKind.LISTING else stated


def listed_articles(links: Sequence[str], found: Sequence[Found]) -> str:
    """The pattern of the articles among the links of a page; "" where it lists none.

    They are those shaped as the articles of another way. Where no other was found, they are the largest group of one
    shape whose addresses all end as headlines or numbers do; menus end in single words.
    """
    if found:
        pattern, _ = _article(found)
        return pattern if sum(re.search(pattern, link) is not None for link in links) >= _A_LIST else ""
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for link in filter(_headline, dict.fromkeys(links)):
        groups[_shape(link)].append(link)
    largest = max(groups.values(), key=len, default=[])
    return _pattern(largest) if len(largest) >= _A_LIST else ""


def _headline(url: str) -> bool:
    last = urlsplit(url).path.strip("/").rpartition("/")[2]
    return len(re.findall(r"[^\W_]+", last)) >= _WORDS or re.search(r"\d{4}", last) is not None


def _article(found: Sequence[Found]) -> tuple[str, str]:
    """The shape that most of the addresses of the first way share, as a pattern, and one of them."""
    urls = found[0].items
    shapes = Counter(map(_shape, urls))
    (shape, _), *_ = shapes.most_common(1)
    alike = [url for url in urls if _shape(url) == shape]
    return _pattern(alike), alike[0]


def _shape(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    return (parts.netloc.removeprefix("www."), *(_kind(each) for each in parts.path.strip("/").split("/")))


def _kind(segment: str) -> str:
    """Numbers of two or four digits are dates as a rule; other digits alone are ids; the rest are words."""
    if segment.isdecimal() and segment.isascii():
        return rf"\d{{{len(segment)}}}" if len(segment) in {2, 4} else r"\d+"
    return "word"


def _pattern(alike: Sequence[str]) -> str:
    """Words that all share stand as they are; a single address proves none of its words to be shared."""
    host, *kinds = _shape(alike[0])
    columns = zip(*(urlsplit(url).path.strip("/").split("/") for url in alike), strict=True)
    shared = len(alike) > 1
    segments = [
        re.escape(column[0]) if shared and len(set(column)) == 1 and kind == "word" else _class(kind)
        for kind, column in zip(kinds, columns, strict=True)
    ]
    return rf"^https?://(?:www\.)?{re.escape(host)}/{'/'.join(segments)}"


def _class(kind: str) -> str:
    return "[^/?#]+" if kind == "word" else kind


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
