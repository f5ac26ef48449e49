"""One PDF, page by page. pdfium hangs on some hostile files: the caller runs this in a process that it can kill."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2

from crawler.extract import quality, when
from crawler.extract.apart import Sighting
from crawler.extract.unusable import Unusable
from prrwatch import dates, hygiene, issuer, language
from prrwatch.crawl import Reason
from prrwatch.document import Document

MAX_PAGES = 60
MAX_BYTES = 32 * 1024 * 1024
PAGE_BREAK = "\f"
_LIMIT = 1_000_000
_KIND = re.compile(r"^(?:press release|news release|media advisory|statement|пресс-релиз|press-reliz)$", re.IGNORECASE)
_BAD_TITLE = re.compile(
    r"\.(?:docx?|pdf|indd|pptx?|rtf)\b|microsoft word|untitled|^document\d*$|powerpoint|^\W*$|без имени", re.IGNORECASE
)


def read(body: bytes, sighting: Sighting) -> Document | Unusable:
    """Text with a form feed before each page but the first; title from the metadata if sane, else the heading."""
    if len(body) > MAX_BYTES:
        return Unusable(Reason.TOO_LARGE, f"a PDF of {len(body)} bytes")
    try:
        file = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        return Unusable(Reason.MALFORMED, f"PDF: {hygiene.one_line(str(error), 100)}")
    try:
        stated = file.get_metadata_dict(skip_empty=True).get("Title", "")
        pages = list(_pages(file))
    except pypdfium2.PdfiumError as error:
        return Unusable(Reason.MALFORMED, f"PDF: {hygiene.one_line(str(error), 100)}")
    finally:
        file.close()
    return _document(pages, stated, sighting)


def _pages(file: pypdfium2.PdfDocument) -> Iterator[str]:
    room = _LIMIT
    for number in range(min(len(file), MAX_PAGES)):
        page = file[number]
        words = page.get_textpage().get_text_bounded()[:room]
        room -= len(words)
        yield "\n".join(line.strip() for line in hygiene.clean(words).splitlines() if line.strip())
        if room <= 0:
            return


def _document(pages: list[str], stated: str, sighting: Sighting) -> Document | Unusable:
    text = f"\n{PAGE_BREAK}".join(pages).strip()
    if sum(len(line) for line in text.splitlines() if len(line) > 20) < quality.LEAST_PROSE:
        return Unusable(Reason.EMPTY, "a PDF without text: pictures of pages")
    how = when.reading(sighting.source, sighting.fetched)
    lines = text.splitlines()
    listed = sighting.item.published if sighting.item else None
    candidates = [
        *([listed] if listed else ()),
        *when.from_labels(lines[:40], how),
        *when.from_dateline(text, how),
        *when.from_url(sighting.url, how),
    ]
    return Document(
        key=sighting.key,
        url=sighting.url,
        source=sighting.source.id,
        title=_title(lines, stated, sighting.item.title if sighting.item else None),
        text=text,
        language=language.of(text),
        published=dates.resolve(candidates, seen=sighting.fetched),
        issuer=issuer.told(text, lines[:40]),
        fetched=sighting.fetched,
        media_type="application/pdf",
    )


def _title(lines: list[str], stated: str, listed: str | None) -> str | None:
    plain = hygiene.one_line(stated)
    if len(plain) >= 15 and " " in plain and not _BAD_TITLE.search(plain):
        return plain
    return _heading(lines) or listed


def _heading(lines: list[str]) -> str | None:
    """The first lines that are neither a date, a place nor the kind of the paper."""
    for at, line in enumerate(lines[:15]):
        if len(line) < 25 or _KIND.match(line) or line.count("|") or (quality.is_prose(line) and line.endswith(".")):
            continue
        following = lines[at + 1] if at + 1 < len(lines) else ""
        wraps = bool(following) and not _KIND.match(following) and following[0].islower()
        return hygiene.one_line(f"{line} {following}" if wraps else line)
    return None
