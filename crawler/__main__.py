"""The crawl worker: `python -m crawler`."""

from __future__ import annotations

import sys

# The reading processes import this module too (multiprocessing does so under another name) and must not start anything.
if __name__ == "__main__":
    from crawler.options import limits_of
    from crawler.worker import work

    sys.exit(work(limits_of(sys.argv[1:])))
