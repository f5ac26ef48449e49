"""Feeds that others wrote: gofeed's test data and the real ones. Read in place; nothing of them is ours."""

from __future__ import annotations

import csv
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.feed import address_of, entries_of, item_of
from crawler.reading.page import plain
from crawler.reading.results import Page, Unread

HERE = Path(__file__).parent
REAL = HERE.parents[2] / "shared" / "real-data"
GOFEED, FEEDS = REAL / "gofeed-testdata.zip", REAL / "real-feeds.zip"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
DATES = ("published", "updated", "created")
FOLDERS = ("parser/atom/", "parser/rss/", "translator/atom/", "translator/rss/")


def page(body: bytes) -> Page:
    return Page("http://example.org/feed", body, "", NOW)


def entries(body: bytes) -> list[Any]:
    got = entries_of(page(body))
    return [] if isinstance(got, Unread) else got


@pytest.fixture(scope="module")
def source(kit):
    return kit.job(article=".").source


@pytest.mark.skipif(not GOFEED.exists(), reason=f"{GOFEED.name} is not here")
def test_what_gofeed_expects_and_each_difference_explained(source):
    """Of every item: title, address, id, day, summary, text; and how many items there are."""
    found: dict[str, set[str]] = {}
    with zipfile.ZipFile(GOFEED) as archive:
        names = [each for each in archive.namelist() if each.endswith(".xml") and any(f in each for f in FOLDERS)]
        for name in names:
            wanted = json.loads(archive.read(name.removesuffix("xml") + "json")) or {}
            if differing := set(differences(archive.read(name), wanted, source)):
                found["/".join(name.split("/")[-3:])] = differing
    assert len(names) == 527
    explained = tomllib.loads((HERE / "gofeed_differences.toml").read_text(encoding="utf-8"))
    assert found == {name: set(reasons) for name, reasons in explained.items()}
    assert len(names) - len(found) >= 507


def differences(body: bytes, wanted: dict[str, Any], source) -> Iterator[str]:
    items = wanted.get("entries") or wanted.get("items") or []
    got = entries(body)
    if len(got) != len(items):
        yield "items"
    for entry, item in zip(got, (each or {} for each in items), strict=False):
        ours = item_of(entry, "http://x/", page(b""), source)
        text = " ".join(each.get("value", "") for each in entry.get("content", ()))
        pairs = {
            "address": (address_of(entry, page(b"")) or entry.get("link"), link_of(item)),
            "id": (entry.get("id"), word(item.get("id") or item.get("guid"))),
            "day": (ours.published and ours.published.at.isoformat()[:10], day_of(item)),
            "summary": (ours.summary, plain(item.get("description") or item.get("summary"), 2000)),
            "content": (plain(text), plain(word(item.get("content")))),
        }
        yield from (name for name, (has, wants) in pairs.items() if wants and has != wants)
        if (ours.title or "") != plain(item.get("title")):
            yield "title"


def word(value: Any) -> str | None:
    return value.get("value") if isinstance(value, dict) else value


def link_of(item: dict[str, Any]) -> str | None:
    links = (each for each in item.get("links") or () if isinstance(each, dict))
    return item.get("link") or next(
        (each.get("href") for each in links if each.get("rel") in {None, "alternate"}), None
    )


def day_of(item: dict[str, Any]) -> str | None:
    stated = item.get("publishedParsed") or item.get("pubDateParsed") or item.get("updatedParsed")
    return stated and stated[:10]


@pytest.fixture(scope="module")
def real_feeds() -> dict[str, tuple[dict[str, str], list[Any]]]:
    if not FEEDS.exists():
        pytest.skip(f"{FEEDS.name} is not here")
    with zipfile.ZipFile(FEEDS) as archive:
        rows = {row["file"]: row for row in csv.DictReader(io.TextIOWrapper(archive.open("index.csv"), "utf-8"))}
        return {name: (row, entries(archive.read(name))) for name, row in rows.items()}


@pytest.mark.long
def test_no_item_of_a_real_feed_that_carries_a_date_stays_undated(real_feeds, source):
    counted = 0
    for name, (row, found) in real_feeds.items():
        dated = [item_of(entry, "http://x/", page(b""), source).published for entry in found]
        carry = [any(entry.get(each) for each in DATES) for entry in found]
        assert [name for told, says in zip(dated, carry, strict=True) if says and told is None] == []
        assert sum(told is not None for told in dated) >= int(row["date_str"]), name
        counted += sum(carry)
    assert counted > 1000


@pytest.mark.long
def test_no_item_of_a_real_feed_loses_its_link_or_id(real_feeds):
    for name, (row, found) in real_feeds.items():
        assert len(found) == int(row["items"]), name
        assert sum(bool(entry.get("link")) for entry in found) >= int(row["with_link"]), name
        # The index takes the link for the id where no id is.
        assert sum(bool(entry.get("id") or entry.get("link")) for entry in found) >= int(row["with_id"]), name
        for entry in found:
            named = [str(entry.get(each) or "") for each in ("link", "id")]
            if any(each.startswith(("http://", "https://", "/")) for each in named):
                assert address_of(entry, page(b"")), f"{name}: {named}"
