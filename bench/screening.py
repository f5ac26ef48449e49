"""Screening against extraction, paired on the same pages: how much cheaper is it to judge a text than to extract?

    python bench/screening.py [article-extraction-benchmark.zip]

Takes the real pages of the zip when given (or found in ../shared/real-data), else pages made of a report and a menu.
Every page is extracted, and its text, cut or repeated to 3 kB, screened, in turns, on one thread, in CPU time; printed
are medians and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from gzip import decompress
from pathlib import Path

import trafilatura

from prrwatch.relevance import could_match, judge, load_rules

PAGES = 60
TEXT = 3_000
DEFAULT = Path(__file__).parents[2] / "shared" / "real-data" / "article-extraction-benchmark.zip"
REPORT = "Experts met to discuss rehabilitation and reintegration of children repatriated from al-Hol camp in Syria. "


def pages(archive: Path) -> Iterator[str]:
    if not archive.is_file():
        menu = "".join(f"<li><a href='/{number}'>Field of work {number}</a></li>" for number in range(150))
        yield from (
            f"<html><body><ul>{menu}</ul><article>{'<p>' + REPORT * n + '</p>'}</article></body></html>"
            for n in range(10, 70)
        )
        return
    with zipfile.ZipFile(archive) as zipped:
        names = [name for name in zipped.namelist() if ".html" in name]
        for name in names[:PAGES]:
            body = zipped.read(name)
            yield (decompress(body) if name.endswith(".gz") else body).decode("utf-8", "replace")


def cpu(work: Callable[[], object]) -> float:
    before = time.thread_time()
    work()
    return (time.thread_time() - before) * 1000


def main() -> None:
    archive = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    before = time.perf_counter()
    rules = load_rules()
    print(f"rules: loaded in {(time.perf_counter() - before) * 1000:.0f} ms")
    extracting: list[float] = []
    screening: list[float] = []
    about: list[float] = []
    before = time.perf_counter()
    judge(None, REPORT * 20, "en", rules)
    could_match(REPORT, rules)
    print(f"first text, first page: {(time.perf_counter() - before) * 1000:.0f} ms")
    looking: list[float] = []
    passed = 0
    for page in pages(archive):
        looking.append(cpu(lambda page=page: could_match(page, rules)))
        passed += could_match(page, rules)
        extracting.append(cpu(lambda page=page: trafilatura.extract(page)))
        text = (trafilatura.extract(page) or page) + "\n"
        text = (text * (TEXT // len(text) + 1))[:TEXT]
        screening.append(cpu(lambda text=text: judge(None, text, None, rules)))
        about.append(cpu(lambda: judge(None, (REPORT * 30)[:TEXT], None, rules)))
    extract, screen, dense = (statistics.median(times) for times in (extracting, screening, about))
    print(f"extract a page: {extract:.2f} ms CPU (median of {len(extracting)})")
    print(f"screen 3 kB of its text: {screen:.2f} ms, ratio 1/{extract / screen:.0f}")
    look = statistics.median(looking)
    print(f"gate on a whole page: {look:.2f} ms, ratio 1/{extract / look:.0f}; lets {passed} of {len(looking)} through")
    print(f"screen 3 kB full of terms: {dense:.2f} ms, ratio 1/{extract / dense:.0f}")


if __name__ == "__main__":
    main()
