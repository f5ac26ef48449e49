"""Fetch and read: the only home of Scrapy and trafilatura. Takes jobs, gives records; knows no database."""
