"""Stories for feed readers: as an Atom feed (RFC 4287) and as a JSON Feed 1.1. Pure."""

from __future__ import annotations

from prrwatch.outlets.atom import atom
from prrwatch.outlets.jsonfeed import json_feed

__all__ = ["atom", "json_feed"]
