"""Messages: alerts as mail and Slack texts. Foreign text is data in them: never markup, header, mention or link."""

from __future__ import annotations

from prrwatch.messages.changes import change_lines
from prrwatch.messages.ids import message_id
from prrwatch.messages.rendering import render

__all__ = ["change_lines", "message_id", "render"]
