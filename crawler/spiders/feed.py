"""The way `feed`: one request."""

from __future__ import annotations

from crawler.net.answers import Failed
from crawler.reading import calls
from crawler.spiders.way import Discovery, WaySpider


class FeedSpider(WaySpider):
    """Reads an RSS, RDF or Atom feed."""

    name = "feed"

    async def discover(self) -> Discovery | Failed:
        """The articles of the feed."""
        answer = await self.ask(self.way.url)
        if isinstance(answer, Failed):
            return answer
        if answer.unchanged:
            return Discovery(validators=self.validators(answer), unchanged=True)
        listed = await self.read(answer, calls.feed, self.errand.source)
        if isinstance(listed, Failed):
            return listed
        return Discovery(listed.items, self.validators(answer))
