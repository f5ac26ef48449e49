"""Reading what was fetched: pure functions from bytes to items or a class of failure. They run in `crawler.bench`."""
