"""docs/queries.md says what the saved queries are, and each of them runs on the demo's store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("datasette", reason="needs the extra ui")

from storage.reading import queries
from storage.store import open_readonly
from webview import saved

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def store(demo_process):
    demo_process.wait()
    with open_readonly(demo_process.folder / "prrwatch.db") as opened:
        yield opened


def test_the_page_holds_every_statement_and_no_other():
    documented = re.findall(r"^```sql\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert sorted(documented) == sorted(each.sql for each in saved.questions())


@pytest.mark.parametrize("question", saved.questions(), ids=lambda each: each.name)
def test_it_runs_on_the_demo(store, question):
    section = PAGE.partition(f"### {question.title}\n")[2].partition("\n### ")[0]
    [statement] = re.findall(r"^```sql\n(.*?)\n```$", section, re.MULTILINE | re.DOTALL)
    values = {each.name: "365" if each.name == "days" else each.default for each in question.parameters}
    found = queries.run(store, statement, values, 500, 5.0)
    assert found.columns
    header = re.search(r"^\| (.+) \|$", section, re.MULTILINE)
    assert header is None or header[1].split(" | ") == list(found.columns)
