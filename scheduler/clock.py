"""The one clock. Everything below the scheduler takes `now` as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)
