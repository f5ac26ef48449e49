"""The way `sitemap`: a sitemap, or an index and the newest of its sitemaps."""

from __future__ import annotations

from collections import deque

from crawler.net.answers import Answer, Failed
from crawler.reading import calls
from crawler.reading.results import Listed
from crawler.spiders.way import Discovery, WaySpider
from prrwatch.document import Item

_MOST_SITEMAPS = 20  #: of one pass, newest first
_DEEPEST = 2  #: an index of indexes is the most that the wild has


class SitemapSpider(WaySpider):
    """Reads sitemaps, plain or gzipped, and their indexes within bounds of depth and number."""

    async def discover(self) -> Discovery | Failed:
        """The articles of all sitemaps that were reached; a failure only when none could be read."""
        walk = _Walk(deque([(self.way.url, 0)]))
        while self._goes_on(walk):
            url, depth = walk.waiting.popleft()
            if url not in walk.seen:
                walk.seen.add(url)
                await self._visit(url, depth, walk)
        return walk.outcome(self)

    def _goes_on(self, walk: _Walk) -> bool:
        more = bool(walk.waiting) and len(walk.seen) < _MOST_SITEMAPS and len(walk.items) < self.enough
        return more and not self.errand.late

    async def _visit(self, url: str, depth: int, walk: _Walk) -> None:
        answer = await self.ask(url)
        if isinstance(answer, Failed):
            walk.failures.append(answer)
            return
        if answer.unchanged:
            walk.answers.append(answer)
            # An index may stand still while its sitemaps change, so those are asked for as well.
            walk.follow(self._children_known() if depth == 0 else (), depth)
            return
        listed = await self.read(answer, calls.sitemap, self.source, self.errand.job.policy.max_bytes)
        if isinstance(listed, Failed):
            walk.failures.append(listed)
            return
        walk.take(answer, listed, depth)

    def _children_known(self) -> tuple[str, ...]:
        ways = {way.url for way in self.errand.source.ways}
        return tuple(each.url for each in self.errand.job.validators if each.url not in ways)


class _Walk:
    """What one pass over a tree of sitemaps has found so far."""

    def __init__(self, waiting: deque[tuple[str, int]]) -> None:
        self.waiting = waiting
        self.seen: set[str] = set()
        self.answers: list[Answer] = []
        self.failures: list[Failed] = []
        self.items: dict[str, Item] = {}

    def follow(self, urls: tuple[str, ...], depth: int) -> None:
        if depth < _DEEPEST:
            self.waiting.extend((url, depth + 1) for url in urls)

    def take(self, answer: Answer, listed: Listed, depth: int) -> None:
        self.answers.append(answer)
        self.items |= {item.key: item for item in listed.items if item.key not in self.items}
        self.follow(listed.children, depth)

    def outcome(self, spider: SitemapSpider) -> Discovery | Failed:
        unchanged = bool(self.answers) and all(answer.unchanged for answer in self.answers)
        if not self.items and self.failures:
            return self.failures[0]
        detail = f"{len(self.failures)} of its sitemaps failed: {self.failures[0].detail}" if self.failures else ""
        partial = any(answer.unchanged for answer in self.answers)
        return Discovery(tuple(self.items.values()), spider.validators(*self.answers), unchanged, detail, partial)
