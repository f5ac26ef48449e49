"""Does the gate hide a page that the rules would flag? Over every open labelled set; and how many real pages it closes.

    python bench/gate.py

Every open evaluation case and seed document that is relevant is written as a page of its own, and set into the real
pages of article-extraction-benchmark, one after another: the gate must open. Of the golden and the real pages as they
are, those that it closed are read in full all the same, and judged. Exit status 1 when a relevant one was closed.
"""

from __future__ import annotations

import gzip
import html
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from crawler.extract import Unusable, charset, quick, saved
from crawler.extract.apart import Sighting, head, taken_apart
from prrwatch.relevance import could_match, judge, load_rules
from prrwatch.source import Kind, Source

ROOT = Path(__file__).parents[1]
ARCHIVE = ROOT.parent / "shared" / "real-data" / "article-extraction-benchmark.zip"
SEEDS = ROOT.parent / "shared" / "seed-documents"
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
RULES = load_rules()
NOBODY = Source("x", "x", "x", Kind.MEDIA, "", (), timedelta(days=1), 3, "", ())

Case = tuple[str, str | None, str, str | None]  # name, title, text, language


def main() -> int:
    relevant = [case for case in cases() if judge(*case[1:], RULES).relevant]
    real = list(real_pages())
    hidden = [name for name, title, text, _ in relevant if not opens(page_of(title, text))]
    print(f"{len(relevant)} relevant texts as pages of their own: {len(hidden)} hidden {hidden[:5]}", flush=True)
    pairs = zip(relevant, cycle(real or [b"<body></body>"]), strict=False)
    inside = [case[0] for case, page in pairs if not opens(set_into(page, case[1], case[2]))]
    print(f"the same set into {len(real)} real pages: {len(inside)} hidden {inside[:5]}", flush=True)
    asis = [*real, *(path.read_bytes() for path in sorted((ROOT / "tests" / "golden").glob("*/page.html")))]
    closed = [page for page in asis if not opens(page)]
    lost = [page for page in closed if flagged(page)]
    print(f"{len(asis)} real and golden pages as they are: {len(closed)} closed, of which flagged in full: {len(lost)}")
    return 1 if hidden or inside or lost else 0


def cases() -> Iterator[Case]:
    for file in sorted((ROOT / "tests" / "eval" / "cases").glob("*.jsonl")):
        for line in file.read_text("utf-8").split("\n"):
            if line:
                case = json.loads(line)
                yield case["id"], case.get("title"), case["text"], case.get("language")
    for file in sorted(SEEDS.glob("*.txt")):
        yield file.name, None, file.read_text("utf-8"), None


def opens(page: bytes) -> bool:
    tree = quick.parsed(charset.in_utf8(page, None))
    if tree is None:
        return True
    return could_match(taken_apart(tree, head(tree, Sighting("http://x.org/a", NOBODY, SEEN, None))).shown, RULES)


def flagged(page: bytes) -> bool:
    read = saved(page, "http://x.org/a", SEEN)
    return not isinstance(read, Unusable) and judge(read.title, read.text, read.language, RULES).relevant


def page_of(title: str | None, text: str) -> bytes:
    head = html.escape(title or "")
    return f"<html><head><title>{head}</title></head><body><h1>{head}</h1>{_paragraphs(text)}</body></html>".encode()


def set_into(page: bytes, title: str | None, text: str) -> bytes:
    """At the end of a real page."""
    source = charset.decode(page, None)
    at = source.rfind("</body>")
    inside = f"<h1>{html.escape(title or '')}</h1>{_paragraphs(text)}"
    return (f"{source[:at]}{inside}{source[at:]}" if at >= 0 else source + inside).encode("utf-8", "replace")


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())


def real_pages() -> Iterator[bytes]:
    if ARCHIVE.exists():
        with zipfile.ZipFile(ARCHIVE) as archive:
            yield from (gzip.decompress(archive.read(name)) for name in archive.namelist() if ".html.gz" in name)


if __name__ == "__main__":
    sys.exit(main())
