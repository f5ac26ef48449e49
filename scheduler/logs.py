"""Logging: one line a happening, on stderr, times in UTC; for a person, or as JSON with the source and the run."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

_TIME = "%Y-%m-%dT%H:%M:%SZ"
#: The source and the run that the present task works on.
_WORK: ContextVar[tuple[str, str] | None] = ContextVar("work", default=None)


class _Json(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and where they are known source, run and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if work := _WORK.get():
            line["source"], line["run"] = work
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def to_stderr(ours: int = logging.WARNING, form: Literal["text", "json"] = "text") -> None:
    """Log what we say from level `ours` on. Libraries speak from WARNING on only: apprise logs secrets below it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _text())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for package in ("prrwatch", "scheduler", "storage", "alerts"):
        logging.getLogger(package).setLevel(ours)


@contextmanager
def working_on(source: str, run: str) -> Iterator[None]:
    """What this task logs meanwhile is about this run over this source."""
    token = _WORK.set((source, run))
    try:
        yield
    finally:
        _WORK.reset(token)


def _text() -> logging.Formatter:
    line = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", _TIME)
    line.converter = time.gmtime
    return line
