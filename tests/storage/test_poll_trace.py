"""The beginning of two real poll histories; the whole of them is tests/slow/test_poll_traces.py."""

from __future__ import annotations

import pytest
from poll_trace import hold_to_the_law, replay


@pytest.mark.parametrize("name", ["npr", "wgrznews"])
def test_nothing_is_new_twice_and_every_edit_is_a_version(store, name):
    told = replay(store, name, most=40)
    assert told.polls == 40
    hold_to_the_law(store, told)
