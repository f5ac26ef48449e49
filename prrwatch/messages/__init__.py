"""Messages: alerts as mail and Slack texts. Foreign text is data in them: never markup, header, mention or link."""

from __future__ import annotations

from prrwatch.messages.changes import Difference, differences
from prrwatch.messages.ids import message_id
from prrwatch.messages.rendering import render

__all__ = ["Difference", "differences", "message_id", "render"]
