"""What one web view is told when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from prrwatch.person import Names
from webview.analysts import Analysts


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """One web view. `base_url` is where people reach it from elsewhere, None for this machine only."""

    store: Path
    base_url: str | None = None
    hosts: frozenset[str] = frozenset()  #: names it answers to, in lower case; empty: any
    names: Names = Names.COVERED
    now: Callable[[], datetime] = _now
    analysts: Analysts | None = None  #: who may say something of stories; None: nobody signs in

    @property
    def prefix(self) -> str:
        """The path that every page's path begins with: "" or "/prr"."""
        return urlsplit(self.base_url or "").path.rstrip("/")
