"""The crawl worker: `python -m crawler`."""

from __future__ import annotations

import sys

# The reading processes import this module too (multiprocessing does so under another name) and must not start anything.
if __name__ == "__main__":
    from crawler.bench import start_loading
    from crawler.options import limits_of
    from crawler.pipes import take_over

    limits = limits_of(sys.argv[1:])
    pipes = take_over()  # before any child process can inherit them
    start_loading(limits.rules)  # while this process loads Scrapy

    from crawler.worker import work

    sys.exit(work(limits, *pipes))
