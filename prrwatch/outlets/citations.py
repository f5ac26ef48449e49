"""Documents as citations: BibTeX, and CSL-JSON 1.0.2 (https://docs.citationstyles.org), for reports. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from prrwatch.escape import web_url
from prrwatch.hygiene import one_line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOT_PLAIN = re.compile(r"[\\{}$&#%_^~]")
#: Braces have names, because BibTeX counts those behind a backslash too, and one too many ends the entry.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Citation:
    """What a report says of one document. Unknown stays None."""

    document: int
    story: str | None
    kind: str  #: of the source: official, media, syndicator, forum
    title: str | None
    issuer: str | None  #: who signs it
    publisher: str
    source_name: str
    language: str | None
    published: str | None  #: ISO 8601, cut to what is known
    accessed: str  #: ISO 8601, when the version cited was read
    url: str
    sha256: str  #: of the original's bytes where they were kept, else of the text as read
    hashed: str  #: what was hashed: `original` or `text`


def bibtex(citations: Iterable[Citation]) -> Iterator[str]:
    """One `@misc` entry after another, UTF-8, each with a final newline. Every value stands literally.

    The fields `url`, `urldate` and `language` are those of biblatex, which classic styles pass over.
    """
    for each in citations:
        lines = "".join(f"  {name} = {value},\n" for name, value in _fields(each))
        yield f"@misc{{prrwatch-{each.document},\n{lines}}}\n"


def csl(citations: Iterable[Citation]) -> str:
    """A JSON array of CSL items."""
    return json.dumps([csl_item(each) for each in citations], ensure_ascii=False, indent=1)


def csl_item(cited: Citation) -> dict[str, Any]:
    """One item; what is unknown is left out."""
    item = {
        "id": f"prrwatch-{cited.document}",
        "type": "webpage" if cited.kind == "official" else "article-newspaper",
        "title": _words(cited.title),
        "author": [{"literal": _words(cited.issuer)}] if _words(cited.issuer) else None,
        "publisher": _words(cited.publisher),
        "container-title": _words(cited.source_name),
        "issued": {"date-parts": [_parts(cited.published)]} if cited.published else None,
        "accessed": {"date-parts": [_parts(cited.accessed)]},
        "URL": web_url(cited.url),
        "language": cited.language,
        "note": _note(cited),
    }
    return {name: value for name, value in item.items() if value}


def latex(text: str) -> str:
    """The text on one line as LaTeX and BibTeX show it literally."""
    return _NOT_PLAIN.sub(lambda found: _LATEX.get(found[0], rf"\{found[0]}"), one_line(text, _LONGEST))


def _fields(cited: Citation) -> Iterator[tuple[str, str]]:
    # Doubled braces keep a body's name in one piece and the title's capitals as they are.
    for name, text in (("title", cited.title), ("author", cited.issuer)):
        if _words(text):
            yield name, f"{{{{{latex(text or '')}}}}}"
    yield "publisher", f"{{{{{latex(cited.publisher)}}}}}"
    yield "howpublished", f"{{{{{latex(cited.source_name)}}}}}"
    if cited.published:
        year, *rest = _parts(cited.published)
        yield "year", f"{{{year}}}"
        if rest:
            yield "month", _MONTHS[rest[0] - 1]
        if len(rest) > 1:
            yield "day", f"{{{rest[1]}}}"
    if url := web_url(cited.url):
        yield "url", f"{{{url}}}"
    yield "urldate", f"{{{cited.accessed[:10]}}}"
    if cited.language:
        yield "langid", f"{{{latex(cited.language)}}}"
    yield "note", f"{{{latex(_note(cited))}}}"


def _note(cited: Citation) -> str:
    return f"SHA-256 of the {cited.hashed} as archived on {cited.accessed[:10]}: {cited.sha256}"


def _words(text: str | None) -> str:
    return one_line(text or "", _LONGEST)


def _parts(iso: str) -> list[int]:
    """Year, month and day as far as they are told."""
    return [int(part) for part in iso[:10].split("-")]
