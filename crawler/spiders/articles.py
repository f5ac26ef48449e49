"""Article pages: the new ones, those left over from earlier passes, and known ones that are due for another look."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from crawler.bench import Broken
from crawler.errand import Errand
from crawler.net.answers import Answer, Failed, validators_of
from crawler.net.clocks import HostPaused
from crawler.reading import calls
from crawler.reading.results import Unread
from crawler.spiders.way import ErrandSpider, page_of
from prrwatch.crawl import CrawlRecord, Fetched, Reason, Unchanged, Unreadable, Validators
from prrwatch.document import Document, Item, Original
from prrwatch.source import Source
from prrwatch.urls import host_key, key

#: One page is fetched while others are read; more would only queue up before the reading processes.
_AT_ONCE = 4
#: A host that failed so often in a row is left alone for the rest of the pass.
_MOST_FAILURES = 5
#: Asking again will not help; of an article that was read and is none, that holds as well.
_PERMANENT = frozenset(
    {Reason.HTTP_404, Reason.ROBOTS_DISALLOW, Reason.FORBIDDEN_ADDRESS, Reason.TOO_LARGE, Reason.NO_ARTICLES}
)
#: Of a page that came and was not read, what may go well another time: a challenge may let us pass, and a machine that
#: was too busy to read a page within its seconds may be idle (seen under a load of 20).
_PASSING = frozenset({Reason.CHALLENGE, Reason.TIMEOUT})
#: Said by the host, not by the one page.
_HOST_FAILS = frozenset(
    {Reason.DNS, Reason.TLS, Reason.REFUSED, Reason.TIMEOUT, Reason.HTTP_5XX, Reason.ROBOTS_UNREACHABLE}
    | {Reason.HTTP_403, Reason.CHALLENGE}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article to ask for; with validators when it was read before."""

    item: Item
    validators: Validators | None = None


class ArticleSpider(ErrandSpider):
    """Reads articles, one at a time per host, while others of them are extracted."""

    def __init__(self, errand: Errand, wanted: Iterable[Wanted]) -> None:
        super().__init__(errand)
        self._waiting = deque(wanted)
        self._failures: Counter[str] = Counter()

    async def run(self) -> None:
        """Work through all that is wanted, as far as pages, time and the hosts' patience go."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while self._waiting:
            wanted = self._waiting.popleft()
            if self._may_ask(wanted.item.url):
                self.errand.pages -= 1
                record = await self._read(wanted)
                if record is not None:
                    await self.errand.lasting.say(record)

    def _may_ask(self, url: str) -> bool:
        host = host_key(url)
        if self.errand.pages <= 0:
            self.errand.note(f"max_pages ({self.errand.job.policy.max_pages}) reached")
        elif self.errand.late:
            self.errand.note("time limit of the job")
        elif self._failures[host] >= _MOST_FAILURES:
            self.errand.note(f"{host} failed {_MOST_FAILURES} times in a row")
        elif until := self.errand.lasting.clocks.paused(host):
            self.errand.note(str(HostPaused(host, until)))
        else:
            return True
        return False

    async def _read(self, wanted: Wanted) -> CrawlRecord | None:
        item = wanted.item
        answer = await self._page(item.url, wanted.validators)
        self._count(item.url, answer)
        if isinstance(answer, Failed):
            return self._unreadable(item, answer, answer.reason in _PERMANENT) if answer.asked else None
        if answer.unchanged:
            return Unchanged(self.errand.job.id, item, answer.at)
        if is_front(item, answer.url, self.errand.source):
            gone = Failed(Reason.NO_ARTICLES, f"redirects to {answer.url[:200]}, which is no article")
            return self._unreadable(item, gone, permanent=True)
        return await self._extracted(wanted, answer)

    async def _page(self, url: str, validators: Validators | None) -> Answer | Failed:
        source = self.errand.source
        if source.render is None:
            return await self.fetch(url, validators)
        return await self.rendered(url, source.extract.body or source.extract.title)

    async def _extracted(self, wanted: Wanted, answer: Answer) -> Fetched | Unreadable:
        item = wanted.item
        reader = calls.article if wanted.validators is None else calls.whole_article
        got = await self.errand.lasting.bench.call(reader, page_of(answer), self.errand.source, item)
        original = _original(answer)
        match got:
            case Document():
                return Fetched(self.errand.job.id, item, got, original, validators_of(answer))
            case Unread() | Broken():
                return self._unreadable(item, Failed(got.reason, got.detail), got.reason not in _PASSING, original)

    def _count(self, url: str, answer: Answer | Failed) -> None:
        host = host_key(url)
        if isinstance(answer, Failed) and answer.reason in _HOST_FAILS:
            self._failures[host] += 1
        else:
            self._failures[host] = 0

    def _unreadable(self, item: Item, failed: Failed, permanent: bool, original: Original | None = None) -> Unreadable:  # noqa: FBT001 - a fact of the record
        job, source = self.errand.job.id, self.errand.source.id
        return Unreadable(job, source, item, failed.reason, failed.detail, permanent, datetime.now(UTC), original)


def is_front(item: Item, landed: str, source: Source) -> bool:
    """Whether the request for an article ended on a front page or a listing: what sites do with articles that are gone.

    That is the home page, a discovery page, or, unless `article` matches it, a page above the article or a bare
    language prefix such as `/en`.
    """
    if landed == item.url or key(landed) == item.key:
        return False
    if key(landed) in {key(source.homepage), *(key(way.url) for way in source.ways)}:
        return True
    if re.search(source.article, landed):
        return False
    above, asked = urlsplit(landed).path.rstrip("/"), urlsplit(item.url).path
    return asked.startswith(f"{above}/") or re.fullmatch(r"/[a-z]{2,3}", above) is not None


def _original(answer: Answer) -> Original:
    digest = sha256(answer.body).hexdigest()
    return Original(answer.url, answer.body, answer.headers, answer.status, answer.at, digest)
