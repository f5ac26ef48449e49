"""Ways that are one request, read by one reader: the interface of WordPress, channels, APIs, searches."""

from __future__ import annotations

from collections.abc import Callable

from crawler.net.answers import Failed
from crawler.reading import calls
from crawler.reading.results import Listed, Page, Unread
from crawler.spiders.way import Discovery, WaySpider
from prrwatch.source import Source, Way

#: Posts asked for: a busy newsroom writes as many in a night.
_POSTS = 50
_FIELDS = "date,date_gmt,link,title,excerpt"


class SingleSpider(WaySpider):
    """Asks for one page and hands it to the reader of the way."""

    reader: Callable[[Page, Source, str | None], Listed | Unread]

    def address(self) -> str:
        """Where the way is read."""
        return self.way.url

    async def discover(self) -> Discovery | Failed:
        """The articles of the page."""
        answer = await self.ask(self.address())
        if isinstance(answer, Failed):
            return answer
        if answer.unchanged:
            return Discovery(validators=self.validators(answer), unchanged=True)
        listed = await self.read(answer, type(self).reader, self.source, self.way.keep)
        if isinstance(listed, Failed):
            return listed
        return Discovery(listed.items, self.validators(answer), others=listed.others)


class WordPressSpider(SingleSpider):
    """Reads the newest posts by the REST API; the way's URL is the root of the site, or the route itself."""

    reader = staticmethod(calls.wordpress)

    def address(self) -> str:
        """The route of the posts, with no more fields than are read."""
        return posts_url(self.way)


class TelegramSpider(SingleSpider):
    """Reads the public preview of a channel, `https://t.me/s/<channel>`."""

    reader = staticmethod(calls.telegram)


class ApiSpider(SingleSpider):
    """Reads one of the JSON interfaces that `crawler.reading.api` knows."""

    reader = staticmethod(calls.api)


class SearchSpider(SingleSpider):
    """Reads the feed of a search engine."""

    reader = staticmethod(calls.search)


def posts_url(way: Way) -> str:
    """The REST route of the newest posts. `content` is asked for only where `keep` must see it."""
    if "wp-json" in way.url or "rest_route" in way.url:
        return way.url
    fields = f"{_FIELDS},content" if way.keep else _FIELDS
    return f"{way.url.rstrip('/')}/wp-json/wp/v2/posts?per_page={_POSTS}&_fields={fields}"
