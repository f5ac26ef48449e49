"""Real poll histories of two feeds (../shared/real-data), filed as the crawler would have told them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from storage_world import POLICY, done, fetched, source, way_read

from prrwatch import urls
from prrwatch.document import Dated, Item, Precision
from storage import filing, jobs
from storage.store import Store

FOLDER = Path(__file__).parents[3] / "shared" / "real-data"


@dataclass
class Replay:
    """What a history gave: how often each item was told as new, how many states of each were seen, and what changed."""

    news: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)  #: title, text, date; and items that came back to the list
    polls: int = 0


def replay(store: Store, name: str, most: int | None = None) -> Replay:
    """File a history poll by poll: what is not known is read, and what was edited is looked at again."""
    path = FOLDER / f"poll-trace-{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    told, last, listed = Replay(), {}, set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for poll in islice(map(json.loads, lines), most):
            told.polls += 1
            before, listed = listed, {_item(entry).key for entry in poll["items"]}
            told.changes["re-appearances"] += len((listed - before) & last.keys())
            _file(store, poll, told, last)
    return told


def _file(store: Store, poll: dict, told: Replay, last: dict[str, tuple[str, str, str]]) -> None:
    at = datetime.strptime(poll["poll"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    job = jobs.job(store, source(), POLICY, (), at)
    listed = {each.key: (each, entry) for entry in poll["items"] for each in [_item(entry)]}
    read = []
    for key, (item, entry) in listed.items():
        state = (entry["title"], entry["body"], entry.get("published") or last.get(key, ("", "", ""))[2])
        if key not in job.known:
            told.news[key] += 1
        if key not in job.known or last.get(key) != state:
            told.states[key] += last.get(key) != state
            told.changes.update(_changed(last.get(key, state), state))
            read.append(fetched(job.id, item, f"The text {entry['body']} of it.", at=at))
        last[key] = state
    items = tuple(item for item, _ in listed.values())
    filing.file(store, [way_read(job.id, items, at=at), *read, done(job.id, at=at)], at)


def _changed(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    return (name for name, one, other in zip(("titles", "texts", "dates"), old, new, strict=True) if one != other)


def _item(entry: dict) -> Item:
    url = f"https://news.example.org/a/{entry['id']}"
    words = entry.get("published")
    dated = Dated(datetime.fromisoformat(words).replace(tzinfo=UTC), Precision.SECOND, words, "feed") if words else None
    return Item(url, urls.key(url), entry["title"], dated)


def hold_to_the_law(store: Store, told: Replay) -> None:
    """No item is new twice, each is one document, and every edit is a version."""
    assert set(told.news.values()) == {1}
    rows = store.query("SELECT key, (SELECT count(*) FROM versions WHERE document = documents.id) AS n FROM documents")
    assert {row["key"]: row["n"] for row in rows} == dict(told.states)
