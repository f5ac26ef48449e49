"""Two real poll histories from end to end: `python -m pytest -q -s tests/slow/test_poll_traces.py` (some minutes)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from storage.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "storage"))

from poll_trace import hold_to_the_law, replay


@pytest.mark.parametrize("name", ["npr", "wgrznews"])
def test_a_whole_history(tmp_path, capsys, name):
    with open_store(tmp_path / "prrwatch.db") as store:
        told = replay(store, name)
        with capsys.disabled():
            edits = sum(told.states.values()) - len(told.states)
            changes = ", ".join(f"{count} {what}" for what, count in sorted(told.changes.items()))
            sys.stdout.write(
                f"\n{name}: {told.polls} polls, {len(told.news)} items, {edits} edits; changed: {changes}\n"
            )
        hold_to_the_law(store, told)
