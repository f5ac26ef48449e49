"""What holds for every test."""

import gc
import os
import sys

from hypothesis import settings

# Images of Python often forbid bytecode, to stay small. The tests start some hundred processes, and compiling our
# modules anew costs each of them up to a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


# What was collected stays: looking through it again and again was a sixth of all CPU time of the tests.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    """Three thousand tests and all that they imported are garbage at the end only."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait for processes as long as they work."""
    return (os.cpu_count() or 1) + 1


# A slow machine is no failure; and the gate must judge the change, not the dice: it draws the same examples every time.
settings.register_profile("house", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "house")
