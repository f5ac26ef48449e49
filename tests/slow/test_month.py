"""Twenty-four ways of breaking, a month: `python -m pytest -q -s tests/slow/test_month.py` (about two minutes)."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "scheduler"))

from month import WHOLE, Month


def test_every_way_of_breaking_is_told_of_once_by_its_class(tmp_path):
    month = Month(tmp_path, WHOLE).live()
    sys.stdout.write("\n".join(["", *month.table(), f"{month.passes} looks, {len(month.notices)} notices", ""]))
    month.check(WHOLE)
