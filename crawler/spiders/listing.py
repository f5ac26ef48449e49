"""The way `listing`: pages followed for as long as they show something new."""

from __future__ import annotations

from crawler.net.answers import Answer, Failed
from crawler.reading import calls
from crawler.reading.results import Listed
from crawler.spiders.way import Discovery, WaySpider
from prrwatch.document import Item
from prrwatch.urls import host_key

_MOST_PAGES = 20


class ListingSpider(WaySpider):
    """Reads listing pages by the selectors of the way."""

    async def discover(self) -> Discovery | Failed:
        """The articles of the first page, and of the next ones while each page lists something unknown."""
        answer = await self.ask(self.way.url)
        if isinstance(answer, Failed):
            return answer
        if answer.unchanged:
            return Discovery(validators=self.validators(answer), unchanged=True)
        listed = await self.read(answer, calls.listing, self.source, self.way)
        if isinstance(listed, Failed):
            return listed
        items, detail = await self._all_pages(answer, listed)
        return Discovery(tuple(items.values()), self.validators(answer), detail=detail, others=listed.others)

    async def _all_pages(self, first: Answer, listed: Listed) -> tuple[dict[str, Item], str]:
        items = {item.key: item for item in listed.items}
        visited = {first.asked, first.url}
        page: Listed | Failed = listed
        while isinstance(page, Listed) and (url := self._onward(page, visited)):
            visited.add(url)
            self.errand.pages -= 1
            page = await self._page(url)
            if isinstance(page, Listed):
                items |= {item.key: item for item in page.items if item.key not in items}
        return items, f"page {len(visited)}: {page.detail}" if isinstance(page, Failed) else ""

    def _onward(self, page: Listed, visited: set[str]) -> str | None:
        """The next page, when it may list something unknown and the pass has pages left for it."""
        url = page.next
        if url is None or url in visited or host_key(url) != host_key(self.way.url):
            return None
        # Half of the pass belongs to the articles.
        room = min(_MOST_PAGES, self.errand.job.policy.max_pages // 2)
        return url if self._unfinished(page) and len(visited) <= room and not self.errand.late else None

    def _unfinished(self, page: Listed) -> bool:
        """Whether this page is followed by more that is unknown: it lists such itself, or is still above the gap."""
        known = self.errand.job.known
        if self.near:
            return not any(item.key in known and item.key not in self.near for item in page.items)
        return any(item.key not in known for item in page.items)

    async def _page(self, url: str) -> Listed | Failed:
        answer = await self.rendered(url, self.way.items) if self.way.render else await self.fetch(url)
        return answer if isinstance(answer, Failed) else await self.read(answer, calls.listing, self.source, self.way)
