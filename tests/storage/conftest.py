from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from storage.store import open_store, originals_path

# `storage_world` stands beside the tests; with --import-mode=importlib nothing else puts this folder on the path.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "prrwatch.db"


@pytest.fixture(scope="session")
def new_store(tmp_path_factory):
    """An empty store to copy: making one takes 150 ms, and most tests begin with one."""
    path = tmp_path_factory.mktemp("new") / "prrwatch.db"
    open_store(path).close()
    return path


@pytest.fixture
def store(path, new_store):
    shutil.copy(new_store, path)
    shutil.copy(originals_path(new_store), originals_path(path))
    with open_store(path) as opened:
        yield opened
