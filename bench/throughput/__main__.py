"""How fast the crawl worker makes records of pages, beside a plain Scrapy spider and trafilatura alone, in one run.

    python bench/throughput [--rounds 3]

The pages are the 181 real ones of article-extraction-benchmark, served on eight loopback hosts. Two sets: in `all`
every page holds a sentence of the subject, so that each is extracted in full; in `mix` one of 25 pages does, and the
others are those of the 181 that hold nothing which the rules could flag. Every speed is taken with all processes warm.

Trafilatura alone: two processes that are handed bytes and do nothing else. The plain spider: Scrapy as it comes, in one
process, with `trafilatura.bare_extraction(response.text, with_metadata=True)` in `parse`. On a machine that does other
things besides, only the ratios by CPU time mean anything: pages per second of CPU, the worker's on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import ours
import rivals
from served import HOSTS, serving

from crawler.extract import extract
from prrwatch.document import Document, Extraction
from prrwatch.relevance import load_rules

ARCHIVE = Path(__file__).parents[3] / "shared" / "real-data" / "article-extraction-benchmark.zip"
SENTENCE = b"<p>Women and children were repatriated from the al-Hol camp in Syria, the ministry said on Monday.</p>"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHARE = 25  #: one of so many pages of the mix is of the subject


def main() -> int:
    if not ARCHIVE.exists():
        print(f"{ARCHIVE} is not here")
        return 1
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--pages", type=int, default=1000, help="of the mix")
    given = arguments.parse_args()
    plain = real_pages()
    about = [_with_sentence(page) for page in plain]
    without = silent(plain)
    pages = {f"/about/{number}": page for number, page in enumerate(about)}
    pages |= {f"/silent/{number}": page for number, page in enumerate(without)}
    pages |= {f"/plain/{number}": page for number, page in enumerate(plain)}
    print(f"{len(plain)} pages of {sum(map(len, plain)) / len(plain) / 1000:.0f} kB; {len(without)} silent ones")
    with serving(pages) as port:
        everything = urls(port, [f"/about/{number}" for number in range(len(about))])
        mixed = urls(port, mix(given.pages, len(without), len(about)))
        for number in range(given.rounds):
            print(f"round {number + 1}")
            full(everything, about)
            gated(mixed)
    return 0


def real_pages() -> list[bytes]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        return [gzip.decompress(archive.read(name)) for name in archive.namelist() if name.endswith(".html.gz")]


def _with_sentence(page: bytes) -> bytes:
    at = page.rfind(b"</body>")
    return page[:at] + SENTENCE + page[at:] if at >= 0 else page + SENTENCE


def silent(plain: Sequence[bytes]) -> list[bytes]:
    """Those that hold nothing which the rules could flag."""
    rules = load_rules()
    read = (
        extract(
            page,
            url="http://x.org/x",
            source=ours.source("x"),
            fetched=NOW,
            media_type="",
            charset=None,
            item=None,
            rules=rules,
        )
        for page in plain
    )
    return [page for page, got in zip(plain, read, strict=True) if isinstance(got, Document) and got.gate]


def mix(size: int, silents: int, abouts: int) -> list[str]:
    return [
        f"/about/{number // SHARE % abouts}" if number % SHARE == 0 else f"/silent/{number % silents}"
        for number in range(size)
    ]


def urls(port: int, paths: Sequence[str]) -> list[str]:
    return [f"http://{HOSTS[at % len(HOSTS)]}:{port}{path}?page/{at}" for at, path in enumerate(paths)]


def full(everything: Sequence[str], pages: Sequence[bytes]) -> None:
    crawled = ours.crawl(everything, everything[:16])
    print(f"  all   worker                      {_told(crawled)}")
    for name, mode in {"with metadata": rivals.with_metadata, "text only": rivals.text_only}.items():
        speed, cpu = rivals.alone(pages, mode)
        ratios = f"ratio {crawled.speed / speed:.2f}, by CPU {cpu / crawled.milliseconds:.2f}"
        print(f"        trafilatura, {name:13}  {speed:6.1f} pages/s {cpu:6.1f} ms CPU; {ratios}")


def gated(mixed: Sequence[str]) -> None:
    crawled = ours.crawl(mixed, mixed[:26])
    print(f"  mix   worker                      {_told(crawled)}")
    speed, cpu = plain_speed(mixed[:150])
    ratios = f"ratio {crawled.speed / speed:.1f}, by CPU on two cores {2 * cpu / crawled.milliseconds:.1f}"
    print(f"        plain spider                {speed:6.1f} pages/s {cpu:6.1f} ms CPU; {ratios}")


def _told(crawled: ours.Crawled) -> str:
    light = sum(each.extraction is Extraction.LIGHT for each in crawled.documents)
    kinds = f"{light} light, {len(crawled.documents) - light} full, {len(crawled.unreadable)} unreadable"
    return f"{crawled.speed:6.1f} pages/s {crawled.milliseconds:6.1f} ms CPU ({kinds})"


def plain_speed(urls: Sequence[str]) -> tuple[float, float]:
    """Pages per second, and milliseconds of CPU a page."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("\n".join(urls))
        file.flush()
        command = [sys.executable, str(Path(__file__).parent / "rivals.py"), file.name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    pages, seconds, cpu = map(float, done.stdout.split())
    return pages / seconds, cpu / pages * 1000


if __name__ == "__main__":
    sys.exit(main())
