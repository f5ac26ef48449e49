"""Writes a plain PDF: paragraphs in Helvetica on A4 pages. As much of ISO 32000-1 as a press release needs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 64  # points, A4
_SIZE, _LEADING = 11, 15
_LINE = 84  # characters of 11 point Helvetica that fit between the margins
_LINES = (_HEIGHT - 2 * _MARGIN) // _LEADING


def pdf(title: str, paragraphs: Iterable[str], created: datetime) -> bytes:
    """The document as bytes. Raises UnicodeEncodeError for what is not in Windows-1252, the font's encoding."""
    lines = list(_lines(paragraphs))
    pages = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    first = 5  # objects 1 to 4: catalogue, page tree, font, information
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(pages)))
    stamp = created.strftime("D:%Y%m%d%H%M%SZ")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + _escaped(title) + b") /CreationDate (" + stamp.encode() + b") >>",
        *chain.from_iterable(_page(page, first + 2 * place) for place, page in enumerate(pages)),
    ]
    return _file(objects)


def _lines(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from textwrap.wrap(paragraph, _LINE)
        yield ""


def _page(lines: Sequence[str], number: int) -> tuple[bytes, bytes]:
    """The page object with that number, and its content stream, which has the next one."""
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {number + 1} 0 R"
        " /Resources << /Font << /F1 3 0 R >> >> >>"
    )
    shown = b" T*\n".join(b"(" + _escaped(line) + b") Tj" for line in lines)
    begin = f"BT /F1 {_SIZE} Tf {_LEADING} TL {_MARGIN} {_HEIGHT - _MARGIN} Td\n"
    stream = begin.encode() + shown + b" ET"
    return page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)


def _escaped(text: str) -> bytes:
    """A literal string's inside (ISO 32000-1, 7.3.4.2)."""
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, numbered objects, cross-reference table, trailer."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out + trailer % (len(objects) + 1, table))
