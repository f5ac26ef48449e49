from __future__ import annotations

import pytest

from storage.store import open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "prrwatch.db"


@pytest.fixture
def store(path):
    with open_store(path) as opened:
        yield opened
