"""A spider per way of discovery, and one for articles. A new way is a spider, its reader, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.spiders.feed import FeedSpider
from crawler.spiders.listing import ListingSpider
from crawler.spiders.single import ApiSpider, SearchSpider, TelegramSpider, WordPressSpider
from crawler.spiders.sitemap import SitemapSpider
from crawler.spiders.way import WaySpider
from prrwatch.source import WayKind

SPIDERS: Mapping[WayKind, type[WaySpider]] = {
    WayKind.FEED: FeedSpider,
    WayKind.SITEMAP: SitemapSpider,
    WayKind.LISTING: ListingSpider,
    WayKind.WORDPRESS: WordPressSpider,
    WayKind.API: ApiSpider,
    WayKind.TELEGRAM: TelegramSpider,
    WayKind.SEARCH: SearchSpider,
}
