"""The docs say what is there: every command is named, the README's two blocks are what the gate runs, links lead on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from prrwatch import settings
from scheduler.cli import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "seeds" / "README.md", *sorted(ROOT.glob("docs/*.md"))]
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
SET_UP = (
    "python3 -m venv .venv",
    ".venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock",
    ".venv/bin/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .",
)


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named(command):
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert f"`prrwatch {command}" in text


def test_every_command_that_is_named_exists():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`prrwatch ([a-z]+)", text)) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("title", "last"),
    [("Run it", ".venv/bin/prrwatch demo"), ("Test it", ".venv/bin/python -m pytest -q -n auto --dist loadfile")],
)
def test_the_block_that_the_gate_runs(title, last):
    """Exactly one `sh` block, of exactly one line, that sets itself up."""
    [block] = re.findall(r"^```sh\n(.*?)^```$", section(title), re.MULTILINE | re.DOTALL)
    [line] = block.splitlines()
    assert line.split(" && ") == [*SET_UP, last]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_something(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_the_site_file_of_the_readme_is_valid(tmp_path):
    [text] = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    file = tmp_path / "prrwatch.toml"
    file.write_text(text, encoding="utf-8")
    read = settings.load(file)
    assert tomllib.loads(text).keys() == {"store", "catalogue", "crawler", "channels", "operators", "subscriptions"}
    assert [subscription.name for subscription in read.subscriptions] == ["central-asia", "weekly"]
