"""What holds for every test."""

import gc
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
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


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts an empty store into a folder: making one takes 150 ms, and many tests begin with one."""
    from storage.store import open_store  # noqa: PLC0415  most tests need none

    made = tmp_path_factory.mktemp("new")
    open_store(made / "prrwatch.db").close()

    def copy(folder: Path) -> None:
        for file in made.iterdir():
            shutil.copy(file, folder)

    return copy
