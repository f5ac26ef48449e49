"""The crawl worker: `python -m crawler`."""

from __future__ import annotations

import sys

# The reading processes import this module too (multiprocessing does so under another name) and must not start anything.
if __name__ == "__main__":
    from crawler.options import limits_of
    from crawler.pipes import take_over

    limits = limits_of(sys.argv[1:])
    pipes = take_over()  # before any child process can inherit them

    # Scrapy imports this at the bottom of a deep pile of imports, where a deprecated name in it costs 0.3 s of CPU:
    # `inspect.stack()` reads the source of every frame. Up here the pile is flat.
    import scrapy.core.downloader.contextfactory  # noqa: F401 - see above

    from crawler.bench import start_loading
    from crawler.worker import work

    # Not before: the first request waits for Scrapy, and only its answer for the readers. Both at a time, and the
    # daemon is loading, too, are three on two cores.
    start_loading(limits.rules)
    sys.exit(work(limits, *pipes))
