"""Stories and events for feed readers and calendars: Atom (RFC 4287), JSON Feed 1.1, iCalendar (RFC 5545). Pure."""

from __future__ import annotations

from prrwatch.outlets.atom import atom
from prrwatch.outlets.jsonfeed import json_feed

__all__ = ["atom", "json_feed"]
