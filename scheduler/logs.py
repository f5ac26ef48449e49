"""Logging: one line a happening, on stderr, times in UTC."""

from __future__ import annotations

import logging
import sys
import time


def to_stderr(ours: int = logging.WARNING) -> None:
    """Log what we say from level `ours` on. Libraries speak from WARNING on only: apprise logs secrets below it."""
    line = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    line.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(line)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for package in ("prrwatch", "scheduler", "storage", "alerts"):
        logging.getLogger(package).setLevel(ours)
