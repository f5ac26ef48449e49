"""The labelled sentences of tests/eval_figures hold the ledger to its goals: precision 0.95, recall 0.9."""

import hashlib
import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "eval_figures"


def scoring():
    spec = importlib.util.spec_from_file_location("figures_score", FOLDER / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_open_part_stays_above_its_floor():
    result = scoring().score("cases")
    assert result.precision >= 0.97, result.wrong
    assert result.recall >= 0.95, result.wrong


def test_the_set_is_what_it_says():
    module = scoring()
    every = {folder: list(module.rows(folder)) for folder in ("cases", "sealed")}
    rows = [row for part in every.values() for row in part]
    assert len({row["id"] for row in rows}) == len(rows) >= 150
    assert sum(not row["expected"] for row in rows) >= 0.4 * len(rows)
    for folder, part in every.items():
        for row in part:
            is_sealed = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 3 == 0
            assert is_sealed == (folder == "sealed"), row["id"]
