"""A scripted month in which sources break: each is told of once, by its class, and its recovery once.

All 24 ways of breaking: tests/slow/test_month.py, which prints what was told when.
"""

import pytest
from month import Month

from prrwatch.crawl import Reason

SOME = (Reason.NO_ARTICLES, Reason.SAME_DATES, Reason.STALE, Reason.QUIET)


@pytest.mark.long
def test_what_breaks_is_told_of_once_and_what_is_merely_slow_never(tmp_path):
    Month(tmp_path, SOME, well=("slow", "turns")).live().check(SOME)
