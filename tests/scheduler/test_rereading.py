"""After a change of the rules, what was read the cheap way is read again from its original, without a request."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prrwatch import settings, urls
from prrwatch.crawl import Fetched, JobDone, WayRead
from prrwatch.document import Document, Extraction, Item, Original
from scheduler.assembly import assembled
from storage import rehearsal, rereading
from storage.store import open_store

BASE = "https://news.example.org"
AT = datetime(2026, 5, 6, tzinfo=UTC)
ENVIRON = {"PRRWATCH_TEST_MAIL": "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org"}
WEATHER = "Rain will come to the north tomorrow, and the farmers of the valley look forward to it after a dry month. "
CAMP = (
    "Eleven women and their children were repatriated from the al-Hol camp in Syria, the ministry said on Monday, and "
    "entered a rehabilitation programme for those who return from conflict zones. "
)


def page(words: str) -> bytes:
    return f"<html><body><h1>The day</h1><p>{words}</p><p>{WEATHER * 3}</p></body></html>".encode()


def fetched(job: str, number: int, body: bytes) -> Fetched:
    """As a crawl by other rules left it: those knew no word of the first paragraph."""
    item = Item(f"{BASE}/a/{number}", urls.key(f"{BASE}/a/{number}"), "The day")
    document = Document(
        item.key,
        item.url,
        "example",
        "The day",
        WEATHER * 3,
        "en",
        None,
        None,
        AT,
        "text/html",
        Extraction.LIGHT,
        "old",
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Fetched(job, item, document, Original(item.url, body, headers, 200, AT, hashlib.sha256(body).hexdigest()))


def crawl(folder: Path) -> None:
    """A baseline that read nothing; then a page of the subject and one of something else."""
    with assembled(settings.load(folder / "prrwatch.toml"), ENVIRON) as parts:
        walk = parts.walk
        for bodies in ((), (page(CAMP), page(WEATHER))):
            job = walk.job(walk.sources["example"])
            found = [fetched(job.id, number, body) for number, body in enumerate(bodies)]
            read = WayRead(job.id, "example", 0, f"{BASE}/feed.xml", AT, tuple(each.item for each in found))
            walk.file([read, *found, JobDone(job.id, "example", AT, AT, len(found), 100)])


def now(folder: Path) -> list[tuple[object, ...]]:
    with open_store(folder / "prrwatch.db") as store:
        found = store.query(
            """
            SELECT documents.gate IS NULL, documents.relevant, versions.n, versions.extraction
            FROM documents JOIN versions ON versions.id = documents.version ORDER BY documents.key
            """
        )
        return [tuple(row) for row in found]


@pytest.mark.long
def test_rescreen_reads_in_full_what_the_new_rules_could_match_and_tells_it_in_a_summary(prrwatch):
    crawl(prrwatch.folder)
    assert now(prrwatch.folder) == [(0, 0, 1, "light"), (0, 0, 1, "light")]
    rehearsed = prrwatch("rescreen", "--dry-run")
    assert "2 pages were read the cheap way" in rehearsed.out
    with open_store(prrwatch.folder / "prrwatch.db") as store:
        kept = rehearsal.last(store)
    assert (kept.documents, f"{kept.added} added, {kept.removed} removed" in rehearsed.out) == (2, True)

    # A process of its own, as users have it: the reading processes know the rules of whoever started them first.
    command = [sys.executable, "-m", "scheduler", "--config", prrwatch.folder / "prrwatch.toml", "rescreen"]
    subprocess.run(command, env={**os.environ, **ENVIRON}, check=True, capture_output=True, timeout=600)
    assert now(prrwatch.folder) == [(1, 1, 2, "full"), (0, 0, 1, "light")]
    with open_store(prrwatch.folder / "prrwatch.db") as store:
        [current, first] = store.query("SELECT text, fetched FROM versions WHERE document = 1 ORDER BY n DESC")
        assert CAMP.strip() in current["text"]
        assert current["fetched"] == first["fetched"]
        told = store.query("SELECT kind FROM alerts")
        assert [row["kind"] for row in told] == ["summary"]
        [fingerprint] = {row["ruleset"] for row in store.query("SELECT ruleset FROM documents")}
        assert rereading.count(store, fingerprint) == 0
