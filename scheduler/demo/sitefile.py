"""The site file of the demo and the environment that its channels are named in."""

from __future__ import annotations

from pathlib import Path

from scheduler.demo.mailbox import Mailbox

ANALYST = "analyst@sample.example.org"
OPERATOR = "operator@sample.example.org"


def site_file(folder: Path) -> Path:
    """Write `prrwatch.toml` into `folder`: store `prrwatch.db` and catalogue `seeds` beside it."""
    text = (Path(__file__).parent / "prrwatch.toml").read_text(encoding="utf-8")
    file = folder / "prrwatch.toml"
    file.write_text(text, encoding="utf-8")
    return file


def environment(mailbox: Mailbox) -> dict[str, str]:
    """The variables that the site file names: both channels end in `mailbox`."""
    return {"PRRWATCH_DEMO_MAIL": mailbox.url(ANALYST), "PRRWATCH_DEMO_OPERATORS": mailbox.url(OPERATOR)}
