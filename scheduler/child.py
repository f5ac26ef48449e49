"""How the crawl worker is started."""

from __future__ import annotations

import sys
from pathlib import Path

#: What the worker calls the rules that come with the program.
_BUILT_IN = "built-in"


def command(rules: Path | None) -> tuple[str, ...]:
    """The worker reads pages that these rules could not match the cheap way; None: the built-in rules."""
    return (sys.executable, "-m", "crawler", "--rules", str(rules.absolute()) if rules else _BUILT_IN)
