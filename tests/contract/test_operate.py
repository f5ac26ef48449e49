"""docs/operate.md has a line for every state, reason and notice there is; the unit is one that systemd takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prrwatch import alarms, settings
from prrwatch.crawl import Reason
from prrwatch.health import State
from prrwatch.settings import Operators
from prrwatch.siteform import OperationsForm
from storage.faults import _ADVICE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "prrwatch.service"
ROWS = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
OPERATORS, NOW = Operators("ops", 3), datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("code", [*Reason, *State])
def test_every_reason_and_state_has_its_line(code):
    assert str(code) in ROWS


def test_every_notice_about_ourselves_has_its_line():
    told = (
        alarms.store_waits("", OPERATORS, NOW),
        alarms.store_is_back(OPERATORS, NOW),
        alarms.canary_lost("c", NOW, "", OPERATORS, NOW),
        alarms.canary_arrived("c", NOW, OPERATORS, NOW),
    )
    made = {name for name in vars(alarms) if not name.startswith("_") and callable(vars(alarms)[name])}
    assert made - {"Alert", "AlertKind", "Operators", "datetime", "token"} == {
        "store_waits",
        "store_is_back",
        "canary_lost",
        "canary_arrived",
    }
    assert {each.subject for each in told} <= ROWS


@pytest.mark.parametrize("advice", [advice for _, advice in _ADVICE if "cannot be opened" not in advice])
def test_every_fault_of_the_store_has_its_line(advice):
    assert any(row in advice for row in ROWS), advice


def test_the_site_file_of_the_page_is_valid(tmp_path):
    [text] = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "prrwatch.toml"
    file.write_text(f'{text}\n[channels.ops]\nurl = "env:OPS"\n', encoding="utf-8")
    read = settings.load(file)
    named = set(tomllib.loads(text)["operations"])
    assert named == set(OperationsForm.model_fields)
    assert read.canary
    assert read.operations.metrics_port == 9464


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_takes_the_unit(tmp_path):
    """With our own interpreter's folder in the place of /opt/prrwatch, whose program must be there."""
    unit = tmp_path / "prrwatch.service"
    text = UNIT.read_text(encoding="utf-8")
    program = Path(sys.executable).with_name("prrwatch")
    unit.write_text(text.replace("/opt/prrwatch/.venv/bin/prrwatch", str(program)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    unit.write_text(text.replace("Type=notify", "Type=notfy"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "notfy" in done.stdout + done.stderr, "and it looks at what is written"
