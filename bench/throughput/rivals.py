"""What prrwatch is held against: a plain Scrapy spider that calls trafilatura in `parse`, and trafilatura alone.

python bench/throughput/rivals.py FILE     URLs of FILE, one a line; prints "pages seconds CPU-seconds"
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import trafilatura
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

WARMING = 4  #: pages before the clock starts


class PlainSpider(Spider):
    """Scrapy as it comes, without delay or robots.txt; text, title and date by trafilatura."""

    name = "plain"
    first = last = (0.0, 0.0)
    read = 0

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:  # type: ignore[attr-defined]  # Scrapy sets what it is given
            yield Request(url)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        document = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if document is not None:
            yield {"url": response.url, "title": document.title, "date": document.date, "text": document.text}
        PlainSpider.read += 1
        if PlainSpider.read == WARMING:
            PlainSpider.first = (time.perf_counter(), time.process_time())
        PlainSpider.last = (time.perf_counter(), time.process_time())


def crawl(urls: Sequence[str]) -> None:
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver"})
    process.crawl(PlainSpider, urls=urls)
    process.start()
    seconds, cpu = (last - first for first, last in zip(PlainSpider.first, PlainSpider.last, strict=True))
    print(PlainSpider.read - WARMING, seconds, cpu)


def with_metadata(page: bytes) -> int:
    document = trafilatura.bare_extraction(page, with_metadata=True)
    return len(document.text or "") if document else 0


def text_only(page: bytes) -> int:
    return len(trafilatura.extract(page) or "")


def alone(pages: Sequence[bytes], mode: Any) -> tuple[float, float]:
    """Pages per second of two warm processes that do nothing else, and milliseconds of CPU a page."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(mode, pages[:WARMING]))
        started = time.perf_counter()
        cpu = sum(pool.map(partial(_measured, mode), pages, chunksize=2))
        return len(pages) / (time.perf_counter() - started), cpu / len(pages) * 1000


def _measured(mode: Any, page: bytes) -> float:
    before = time.process_time()
    mode(page)
    return time.process_time() - before


if __name__ == "__main__":
    crawl(Path(sys.argv[1]).read_text(encoding="utf-8").split())
