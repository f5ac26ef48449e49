"""`prrwatch serve` as a process: answers on loopback, ends on SIGTERM, says what is wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from prrwatch import settings
from prrwatch.errors import SettingsError
from scheduler.commands.serve import _names


def test_it_answers_and_ends_in_order(store_path):
    command = [sys.executable, "-m", "scheduler", "--db", str(store_path), "serve", "--port", "0"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            address = process.stdout.readline().split()[0]
            with urllib.request.urlopen(f"{address}?days=7", timeout=60) as answer:
                assert "prrwatch" in answer.read().decode()
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
        assert process.stderr.read() == ""


def test_a_store_that_is_not_there_is_said(tmp_path):
    command = [sys.executable, "-m", "scheduler", "--db", str(tmp_path / "none.db"), "serve", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "there is no store here" in done.stderr


@pytest.mark.parametrize(
    ("host", "base", "names"),
    [
        ("127.0.0.1", None, {"localhost", "127.0.0.1", "[::1]"}),
        ("::1", "https://PRR.example.org/x", {"localhost", "127.0.0.1", "[::1]", "prr.example.org"}),
        ("0.0.0.0", None, set()),
        ("0.0.0.0", "https://prr.example.org", {"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "prr.example.org"}),
    ],
)
def test_the_names_that_are_answered(host, base, names):
    assert _names(host, base) == names


def test_the_site_file_names_where_people_reach_it(tmp_path):
    file = tmp_path / "prrwatch.toml"
    file.write_text('[web]\nbase_url = "https://prr.example.org/view/"\n', encoding="utf-8")
    assert settings.load(file).base_url == "https://prr.example.org/view"
    file.write_text('[web]\nbase_url = "prr.example.org"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="web view"):
        settings.load(file)
