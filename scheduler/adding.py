"""Finds the ways into a site: what its pages and robots.txt name, then the addresses that are common. One job a try."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urljoin

from prrwatch.catalogue.drafting import Found, listed_articles
from prrwatch.crawl import CrawlRecord, Fetched, Job, Policy, WayRead
from prrwatch.source import Expect, Kind, Source, Way, WayKind
from scheduler.verify import records_of
from scheduler.worker import CrawlWorker

#: Articles read per way, for their language.
_SAMPLE = 2
_MOST_LANGUAGES = 5
_COMMON_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/en/rss.xml")
_COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
#: Any page below a host may be an article: which ones are is seen from what is listed.
_ANY_PAGE = r"^https?://[^/?#]+/[^?#]"


@dataclass(frozen=True, slots=True)
class Site:
    """What was found, and how every attempt went."""

    found: tuple[Found, ...]
    languages: tuple[str, ...]  #: of the articles that were read, the most frequent first
    attempts: tuple[tuple[WayKind, WayRead], ...]


async def explore(url: str, policy: Policy) -> Site:
    """The feed that `url` is or names, the interface of WordPress, the sitemaps that robots.txt names, `url` as a list.

    Only where a feed or a sitemap is missing, the common addresses of it are asked for, up to the first that works.
    """
    worker = CrawlWorker()
    search = _Search(worker, url, policy)
    try:
        if not await search.ask(WayKind.FEED, url):
            await search.first(WayKind.FEED, _COMMON_FEEDS)
        await search.ask(WayKind.WORDPRESS, urljoin(url, "/"))
        if not await search.ask(WayKind.SITEMAP, urljoin(url, "/robots.txt")):
            await search.first(WayKind.SITEMAP, _COMMON_SITEMAPS)
        await search.listing()
    finally:
        await worker.close()
    languages = tuple(language for language, _ in search.languages.most_common(_MOST_LANGUAGES))
    return Site(tuple(search.found), languages, tuple(search.attempts))


class _Search:
    def __init__(self, worker: CrawlWorker, home: str, policy: Policy) -> None:
        self._worker = worker
        self._home = home
        self._policy = policy
        self.found: list[Found] = []
        self.attempts: list[tuple[WayKind, WayRead]] = []
        self.languages: Counter[str] = Counter()

    async def first(self, kind: WayKind, paths: tuple[str, ...]) -> None:
        for path in paths:
            if await self.ask(kind, urljoin(self._home, path)):
                return

    async def listing(self) -> None:
        """The page itself, if links on it are addressed as articles are."""
        records = await self._records(WayKind.LISTING, self._home, _ANY_PAGE, pages=0)
        reads = [record for record in records if isinstance(record, WayRead)]
        self.attempts += [(WayKind.LISTING, read) for read in reads if read.failure]
        links = [item.url for read in reads for item in read.items]
        if article := listed_articles(links, self.found):
            await self.ask(WayKind.LISTING, self._home, article)

    async def ask(self, kind: WayKind, url: str, article: str = _ANY_PAGE) -> bool:
        """Whether this way lists anything."""
        records = await self._records(kind, url, article, _SAMPLE)
        taken = [self._take(kind, record) for record in records]
        return any(taken)

    async def _records(self, kind: WayKind, url: str, article: str, pages: int) -> list[CrawlRecord]:
        source = _source(self._home, Way(kind, url), article)
        job = Job(f"add-{len(self.attempts)}", source, replace(self._policy, max_pages=pages))
        return await records_of(self._worker, job)

    def _take(self, kind: WayKind, record: CrawlRecord) -> bool:
        if isinstance(record, Fetched) and record.document.language:
            self.languages[record.document.language] += 1
        if not isinstance(record, WayRead):
            return False
        self.attempts.append((kind, record))
        if record.failure is None and record.items:
            self.found.append(Found(kind, record.read_at or record.url, tuple(item.url for item in record.items)))
        return record.failure is None and bool(record.items)


def _source(home: str, way: Way, article: str) -> Source:
    return Source(
        id="added",
        name="added",
        publisher="added",
        kind=Kind.MEDIA,
        homepage=home,
        languages=("en", "ru"),
        every=timedelta(days=1),
        tier=3,
        article=article,
        ways=(way,),
        expect=Expect(items=1),
    )
