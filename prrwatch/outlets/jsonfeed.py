"""Stories as a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/); `_prrwatch` holds the whole story."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from prrwatch.escape import web_url
from prrwatch.hygiene import clean, one_line
from prrwatch.messages.objects import story_object
from prrwatch.messages.views import headline
from prrwatch.outlets.words import changed, identity, subjects, told
from prrwatch.story import Story

_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(stories: Sequence[Story]) -> str:
    """The feed as a JSON document, the stories in the order given."""
    feed = {
        "version": _VERSION,
        "title": "prrwatch: stories",
        "authors": [{"name": "prrwatch"}],
        "items": [_item(story) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _item(story: Story) -> dict[str, Any]:
    url = web_url(story.lead.url)
    item = {
        "id": identity(f"story/{story.id}"),
        "title": headline(story),
        "content_text": clean(told(story)),
        "date_published": _time(story.opened),
        "date_modified": _time(changed(story)),
        "authors": [{"name": one_line(story.lead.source_name or story.lead.source)}],
        "tags": list(subjects(story)),
        "_prrwatch": story_object(story),
    }
    more = {"url": url, "language": story.lead.language}
    return item | {key: value for key, value in more.items() if value}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
