"""Logging: one line a happening, on stderr, times in UTC."""

from __future__ import annotations

import logging
import sys
import time


def to_stderr() -> None:
    """Log from INFO on. Libraries speak from WARNING on only: apprise logs secrets below it."""
    line = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    line.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(line)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for ours in ("prrwatch", "scheduler", "storage", "alerts"):
        logging.getLogger(ours).setLevel(logging.INFO)
