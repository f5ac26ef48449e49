"""The options of `python -m crawler`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from crawler.reading.gate import BUILT_IN
from prrwatch.crawl import JOB_TIME_LIMIT

#: A job ends itself before its parent would have to kill the worker, and every other job with it.
_OWN_LIMIT = (JOB_TIME_LIMIT - timedelta(minutes=4)).total_seconds()
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job and one page may take."""

    jobs: int  #: at a time
    job_seconds: float
    page_seconds: float
    page_memory: int  #: bytes
    rules: str | None = None  #: by which the gate judges: a folder, or BUILT_IN; None: every page is read in full


def limits_of(arguments: Sequence[str]) -> Limits:
    """From the command line; argparse ends the process with 2 for a wrong one."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler",
        description="Crawl worker: reads jobs from stdin, writes records to stdout, one JSON line each. "
        "Ends when stdin closes; a job that has no JobDone by then is to be given again.",
    )
    parser.add_argument("--jobs", type=int, default=8, help="jobs at a time (default %(default)s)")
    parser.add_argument("--job-seconds", type=float, default=_OWN_LIMIT, help="a job's time (default %(default)s)")
    parser.add_argument("--page-seconds", type=float, default=10.0, help="to read one page (default %(default)s)")
    parser.add_argument("--page-mib", type=int, default=600, help="memory to read one page (default %(default)s)")
    parser.add_argument(
        "--rules",
        help=f"folder of the rules, or {BUILT_IN!r}: pages that these could not match are read the cheap way "
        "(default: every page is read in full)",
    )
    given = parser.parse_args(arguments)
    return Limits(given.jobs, given.job_seconds, given.page_seconds, given.page_mib * _MIB, given.rules)
