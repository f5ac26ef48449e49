"""Reading what was fetched: pure functions from bytes to items or a class of failure. They run in `crawler.bench`."""

from crawler.extract import Unusable, extract
from crawler.reading.feed import read_feed
from crawler.reading.listing import read_listing
from crawler.reading.page import Listed, Page, Unlisted
from crawler.reading.sitemap import read_sitemap

__all__ = ["Listed", "Page", "Unlisted", "Unusable", "extract", "read_feed", "read_listing", "read_sitemap"]
