"""What all spiders share: an errand, one door to the web, and the processes that read."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Concatenate, ParamSpec

from crawler.bench import Broken
from crawler.errand import Errand
from crawler.net.answers import Answer, Failed, fresh_for, validators_of
from crawler.net.browser import Browser
from crawler.net.fetching import ACCEPT_PAGES, fetch
from crawler.reading.results import Listed, Page, Unread
from prrwatch.crawl import Reason, Validators
from prrwatch.document import Item
from prrwatch.source import Source, Way, WayKind

_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Discovery:
    """A way worked: what it lists. `unchanged`: every page of it answered 304."""

    items: tuple[Item, ...] = ()
    validators: tuple[Validators, ...] = ()
    unchanged: bool = False
    detail: str = ""
    partial: bool = False  #: some of its pages answered 304, so their articles are not among `items`
    read_at: str | None = None  #: where it was read, when not at the way's URL
    others: int = 0  #: entries that were read well and are not this source's


class ErrandSpider(ABC):
    """One crawl on behalf of one job. Its work is `run`, a plain coroutine; Scrapy's engine fetches for it."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self._browser: Browser | None = None

    async def crawl(self) -> None:
        """The work, and what is left to be done behind it."""
        try:
            await self.run()
        finally:
            if self._browser is not None:
                await self._browser.close()

    @abstractmethod
    async def run(self) -> None:
        """All the work of this crawl."""

    async def fetch(
        self, url: str, validators: Validators | None = None, accept: str = ACCEPT_PAGES
    ) -> Answer | Failed:
        """See `crawler.net.fetching.fetch`. A pause of the host is noted as what cut the job short."""
        return self._noted(await fetch(self.errand, url, validators, accept))

    async def rendered(self, url: str, ready: str | None) -> Answer | Failed:
        """The page as its scripts leave it, see `crawler.net.browser`."""
        self._browser = self._browser or Browser(self.errand)
        return self._noted(await self._browser.rendered(url, ready))

    def _noted(self, got: Answer | Failed) -> Answer | Failed:
        if isinstance(got, Failed) and not got.asked:
            self.errand.note(got.detail)
        return got


class WaySpider(ErrandSpider):
    """Reads one way of one source. Subclasses say how; `outcome` holds the result once the crawl has ended.

    A way of many files need not be read further once it has listed `enough` articles. `near` are the keys that the way
    with a gap lists now: pages are walked past them, until one lists what was known before.
    """

    def __init__(self, errand: Errand, way: Way, enough: int = sys.maxsize, near: frozenset[str] = frozenset()) -> None:
        super().__init__(errand)
        self.way = way
        self.enough = enough
        self.near = near
        self.outcome: Discovery | Failed | None = None
        self.fresh_for: timedelta | None = None  #: how long the server says that the way's own page holds

    async def run(self) -> None:
        """Discover, then hold the result against what the source is expected to list."""
        outcome = await self.discover()
        self.outcome = outcome if isinstance(outcome, Failed) else _enough(outcome, self._expected)

    @property
    def source(self) -> Source:
        """The source as this way shows it: what is found by way of another source has that one's addresses."""
        source = self.errand.source
        return source if self.way.article is None else replace(source, article=self.way.article)

    @property
    def _expected(self) -> int:
        """What others carry of a source, or a search finds, says nothing of how much it publishes."""
        if self.way.via is not None:
            return 0
        return 1 if self.way.kind is WayKind.SEARCH else self.errand.source.expect.items

    @abstractmethod
    async def discover(self) -> Discovery | Failed:
        """The articles that this way lists, or why it lists none."""

    async def ask(self, url: str, accept: str = ACCEPT_PAGES) -> Answer | Failed:
        """A discovery page, conditionally when the job has validators for it, by a browser where scripts fill it."""
        if self.way.render is not None:
            return await self.rendered(url, self.way.items)
        known = next((each for each in self.errand.job.validators if each.url == url), None)
        answer = await self.fetch(url, known, accept)
        if isinstance(answer, Answer) and url == self.way.url:
            self.fresh_for = fresh_for(answer)
        return answer

    async def read(
        self,
        answer: Answer,
        reader: Callable[Concatenate[Page, _P], Listed | Unread],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> Listed | Failed:
        """What `reader` makes of the page, in a process of its own: discovery pages are as hostile as any."""
        got = await self.errand.lasting.bench.call(reader, page_of(answer), *args, **kwargs)
        return Failed(got.reason, got.detail) if isinstance(got, Unread | Broken) else got

    def validators(self, *answers: Answer) -> tuple[Validators, ...]:
        """What to ask with next time; for a 304 without new ones, what was asked with."""
        known = {each.url: each for each in self.errand.job.validators}
        kept = (validators_of(answer) or (known.get(answer.asked) if answer.unchanged else None) for answer in answers)
        return tuple(each for each in kept if each is not None)


def page_of(answer: Answer) -> Page:
    """What the readers need of an answer."""
    return Page(answer.url, answer.body, answer.header("Content-Type"), answer.at)


@dataclass(frozen=True, slots=True)
class TooFew(Failed):
    """A way listed fewer articles than expected; they are articles all the same."""

    items: tuple[Item, ...] = ()


def _enough(found: Discovery, expected: int) -> Discovery | Failed:
    if found.unchanged or found.partial or len(found.items) + found.others >= expected:
        return found
    detail = f"{len(found.items)} articles listed, at least {expected} expected"
    return TooFew(Reason.TOO_FEW_ITEMS, detail, items=found.items)
