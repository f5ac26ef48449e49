"""The way `feed`: one request; two or three where a server gives HTML instead."""

from __future__ import annotations

from dataclasses import replace

from crawler.net.answers import Answer, Failed
from crawler.reading import calls
from crawler.reading.results import Listed
from crawler.spiders.way import Discovery, WaySpider
from prrwatch.crawl import Reason
from prrwatch.urls import key

#: What feed readers ask for. Some servers give their feed to nobody else; who we are stays in the User-Agent.
ACCEPT_FEED = "application/rss+xml,application/atom+xml,application/rdf+xml,application/xml;q=0.9,text/xml;q=0.8"
_NOT_ACCEPTABLE = 406


class FeedSpider(WaySpider):
    """Reads an RSS, RDF or Atom feed."""

    async def discover(self) -> Discovery | Failed:
        """The articles of the feed.

        A server that gives HTML, or finds nothing acceptable (406), is asked once more as feed readers ask; if it
        gives a page all the same, the first feed of the same host that the page names is read. Either is told.
        """
        answer = await self.ask(self.way.url)
        outcome = await self._outcome(answer)
        if not _refused_as_a_page(outcome):
            return outcome
        again = await self.ask(self.way.url, ACCEPT_FEED)
        outcome = await self._outcome(again, "given only to who asks as feed readers do")
        if isinstance(outcome, Discovery) or not isinstance(again, Answer):
            return outcome
        return await self._named_by(again, outcome)

    async def _outcome(self, answer: Answer | Failed, detail: str = "") -> Discovery | Failed:
        if isinstance(answer, Failed):
            return answer
        if answer.unchanged:
            return Discovery(validators=self.validators(answer), unchanged=True, detail=detail)
        listed = await self.read(answer, calls.feed, self.source, self.way.keep)
        if isinstance(listed, Failed):
            return listed
        return Discovery(listed.items, self.validators(answer), detail=detail, others=listed.others)

    async def _named_by(self, page: Answer, failed: Failed) -> Discovery | Failed:
        """What the feed lists that the page names; the failure of the way when there is none."""
        named = await self.read(page, calls.feed_links)
        url = next((url for url in named.children if self._near(url)), None) if isinstance(named, Listed) else None
        if url is None or failed.reason is not Reason.NOT_A_FEED:
            return failed
        found = await self._outcome(await self.ask(url, ACCEPT_FEED), f"moved: read from {url}, which the page names")
        if isinstance(found, Discovery):
            return replace(found, read_at=url)
        return (
            Failed(failed.reason, f"{failed.detail}; it names {url}, where: {found.detail}") if found.asked else found
        )

    def _near(self, url: str) -> bool:
        """Of the same host, and not what was just asked for."""
        own, other = key(self.way.url), key(url)
        return other != own and other.partition("/")[0] == own.partition("/")[0]


def _refused_as_a_page(outcome: Discovery | Failed) -> bool:
    if isinstance(outcome, Discovery):
        return False
    return outcome.reason is Reason.NOT_A_FEED or outcome.status == _NOT_ACCEPTABLE
