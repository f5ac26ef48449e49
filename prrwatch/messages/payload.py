"""A message as a JSON object for programs: what `json://` channels carry under `prrwatch`; see docs/alerts.md."""

from __future__ import annotations

import json
from collections.abc import Sequence

from prrwatch.alert import Alert
from prrwatch.messages.objects import story_object
from prrwatch.story import Story
from prrwatch.versions import Change

#: Of a summary of thousands; `stories_in_all` says how many there are.
_MOST_STORIES = 100


def payload(alert: Alert, told: Sequence[Story], changes: Sequence[Change], lines: Sequence[str]) -> str:
    """The alert, its stories and what changed, as JSON."""
    return json.dumps(
        {
            "id": alert.token,
            "kind": alert.kind.value,
            "subscription": alert.subscription,
            "stories": [story_object(story) for story in told[:_MOST_STORIES]],
            "stories_in_all": len(told),
            "changes": [{"was": each.old, "now": each.new, "in": each.context} for each in changes],
            "lines": list(lines),
        },
        ensure_ascii=False,
    )
