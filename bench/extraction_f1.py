"""F1 of the stored text on 181 real pages, by the benchmark's own definition, beside trafilatura's in the same run.

    python bench/extraction_f1.py

The definition is that of `evaluate.py` of article-extraction-benchmark: four-word shingles, counted, per page; mean
precision and mean recall over pages; F1 of the two means. Speed is CPU time, and ratios are within this run.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from crawler.extract import Unusable, saved

ARCHIVE = Path(__file__).parents[2] / "shared" / "real-data" / "article-extraction-benchmark.zip"
SEEN = datetime(2020, 1, 1, tzinfo=UTC)
GOAL = 0.965
_TOKEN = re.compile(r"\w+")


def main() -> int:
    if not ARCHIVE.exists():
        print(f"{ARCHIVE} is not here")
        return 1
    truth, urls, pages = _load()
    best = base = 0.0
    print(f"{'':24}{'F1':>8}{'precision':>11}{'recall':>8}{'pages/s':>9}{'ratio':>7}")
    saved(next(iter(pages.values())), "https://example.org/x", SEEN)  # models are loaded once a process
    for name, read in _readers(urls).items():
        started = time.process_time()
        told = {key: read(key, page) for key, page in pages.items()}
        speed = len(pages) / (time.process_time() - started)
        base = base or speed
        best, precision, recall = scores(truth, told)
        print(f"{name:24}{best:8.4f}{precision:11.4f}{recall:8.4f}{speed:9.1f}{speed / base:7.2f}")
    return 0 if best >= GOAL else 1


def _readers(urls: Mapping[str, str]) -> dict[str, Callable[[str, bytes], str]]:
    """Ours last: its F1 decides the exit code. Ratios are to trafilatura with metadata, which does comparable work."""

    def ours(key: str, page: bytes) -> str:
        read = saved(page, urls[key], SEEN)
        return "" if isinstance(read, Unusable) else read.text

    def mode(**options: bool) -> Callable[[str, bytes], str]:
        def told(_: str, page: bytes) -> str:
            document = trafilatura.bare_extraction(page, include_comments=False, **options)
            return (document.text if document else None) or ""

        return told

    return {
        "trafilatura, metadata": mode(with_metadata=True),
        "trafilatura, default": mode(),
        "trafilatura, precision": mode(favor_precision=True),
        "trafilatura, fast": mode(fast=True),
        "prrwatch": ours,
    }


def _load() -> tuple[dict[str, str], dict[str, str], dict[str, bytes]]:
    """The true text, the URL and the page, by key."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = {Path(name).name: name for name in archive.namelist()}
        truth = json.loads(archive.read(names["ground-truth.json"]))
        pages = {key: gzip.decompress(archive.read(names[f"{key}.html.gz"])) for key in truth}
    texts = {key: each["articleBody"] for key, each in truth.items()}
    return texts, {key: each.get("url", "https://example.org/x") for key, each in truth.items()}, pages


def f1(truth: Mapping[str, str], told: Mapping[str, str]) -> float:
    """F1 of the told texts against the true ones, by key; a missing text is an empty one."""
    return scores(truth, told)[0]


def scores(truth: Mapping[str, str], told: Mapping[str, str]) -> tuple[float, float, float]:
    """F1, precision, recall."""
    counts = [_counts(true, told.get(key, "")) for key, true in truth.items()]
    precision = statistics.mean(hit / (hit + extra) for hit, extra, _ in counts if hit + extra)
    recall = statistics.mean(hit / (hit + missed) for hit, _, missed in counts if hit + missed)
    return 2 * precision * recall / (precision + recall), precision, recall


def _counts(true: str, told: str) -> tuple[int, int, int]:
    wanted, got = _shingles(true), _shingles(told)
    return (wanted & got).total(), (got - wanted).total(), (wanted - got).total()


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _TOKEN.findall(text)
    shingles = (tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))
    return Counter(shingle for shingle in shingles if shingle)


if __name__ == "__main__":
    sys.exit(main())
