from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.extract import Unusable, saved
from prrwatch.document import Document

GOLDEN = Path(__file__).parents[1] / "golden"
PAGES = sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))


@pytest.mark.parametrize("name", PAGES)
def test_a_golden_page_gives_its_document(name: str) -> None:
    expected = json.loads((GOLDEN / name / "expected.json").read_text(encoding="utf-8"))
    body = (GOLDEN / name / "page.html").read_bytes()
    read = saved(body, expected["url"], datetime.fromisoformat(expected["fetched"]))
    if "reason" in expected:
        assert isinstance(read, Unusable), read
        assert read.reason == expected["reason"]
        return
    assert isinstance(read, Document), read
    told = {"title": read.title, "language": read.language, "issuer": read.issuer, "published": _plain(read)}
    assert told == {key: expected[key] for key in told}
    assert [piece for piece in expected["contains"] if piece not in read.text] == []
    assert [piece for piece in expected["lacks"] if piece in read.text] == []


def _plain(document: Document) -> dict[str, str] | None:
    dated = document.published
    return {"value": dated.value, "precision": dated.precision.value, "origin": dated.origin} if dated else None


def test_there_are_golden_pages() -> None:
    assert len(PAGES) >= 15
