from __future__ import annotations

import sys
from pathlib import Path

import pytest

from storage.store import open_store

# `storage_world` stands beside the tests; with --import-mode=importlib nothing else puts this folder on the path.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "prrwatch.db"


@pytest.fixture
def store(path, new_store):
    new_store(path.parent)
    with open_store(path) as opened:
        yield opened
