"""Pages that no rule could match are read the cheap way; nothing that the rules would flag is among them."""

from __future__ import annotations

import html
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.extract import Unusable, extract, saved
from crawler.reading import calls, gate
from crawler.reading.results import Page
from prrwatch.crawl import Reason
from prrwatch.document import Document, Extraction, Item
from prrwatch.relevance import judge, load_rules
from prrwatch.source import Kind, Source

TESTS = Path(__file__).parents[1]
SEEN = datetime(2024, 12, 6, 8, 0, tzinfo=UTC)
RULES = load_rules()
SOURCE = Source("one", "One", "One", Kind.MEDIA, "https://one.org/", ("en",), timedelta(hours=1), 2, ".", ())
WEATHER = "Rain will come to the north tomorrow, and the farmers of the valley look forward to it after a dry month. "
CAMP = "Eleven women and their children were repatriated from the al-Hol camp in Syria, the ministry said on Monday. "
STEP = 20  #: every so many of the labelled cases; bench/gate.py takes them all


def page(paragraphs: list[str], title: str = "News of the day", head: str = "") -> bytes:
    body = "".join(f"<p>{html.escape(words)}</p>" for words in paragraphs)
    menu = "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in ("Home", "Politics", "Weather", "Sports"))
    return (
        f"<html><head><title>{html.escape(title)}</title>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def read(body: bytes, item: Item | None = None, url: str = "https://one.org/news/1") -> Document | Unusable:
    return extract(
        body, url=url, source=SOURCE, fetched=SEEN, media_type="text/html", charset=None, item=item, rules=RULES
    )


def test_a_page_of_something_else_is_read_the_cheap_way_and_marked():
    head = '<meta property="article:published_time" content="2024-12-05T10:00:00Z"><meta name="author" content="A. B.">'
    got = read(page([WEATHER * 2, WEATHER * 3], "Rain at last", head))
    assert isinstance(got, Document)
    assert (got.extraction, got.gate) == (Extraction.LIGHT, RULES.fingerprint)
    assert (got.title, got.language) == ("Rain at last", "en")
    assert got.published is not None
    assert got.published.value == "2024-12-05T10:00:00+00:00"
    assert got.text.splitlines() == [(WEATHER * 2).strip(), (WEATHER * 3).strip()]


def test_a_page_of_the_subject_is_read_in_full():
    got = read(page([WEATHER * 2, CAMP, WEATHER * 2]))
    assert isinstance(got, Document)
    assert (got.extraction, got.gate) == (Extraction.FULL, None)


@pytest.mark.parametrize("written", ["al-<b>H</b>ol", "al&#8209;Hol", "<span>al</span>-<em>Hol</em>", "AL-HOL"])
def test_markup_hides_nothing(written: str):
    body = page([WEATHER * 3, "CAMP"]).decode().replace("CAMP", CAMP.replace("al-Hol", written)).encode()
    got = read(body)
    assert isinstance(got, Document)
    assert got.extraction is Extraction.FULL


def test_a_listed_title_counts_where_the_page_has_none():
    body = page([WEATHER * 3]).replace(b"<title>News of the day</title>", b"").replace(b"<h1>News of the day</h1>", b"")
    item = Item("https://one.org/news/1", "one.org/news/1", title=CAMP)
    assert isinstance(got := read(body, item), Document)
    assert got.extraction is Extraction.FULL


def test_a_page_without_an_article_is_none_either_way():
    assert isinstance(got := read(b"<html><body><ul><li><a href='/'>Home</a></li></ul></body></html>"), Unusable)
    assert got.reason is Reason.EMPTY


def test_no_golden_page_is_lost_or_hidden():
    for folder in sorted((TESTS / "golden").glob("*/expected.json")):
        expected = json.loads(folder.read_text("utf-8"))
        body, at = (folder.parent / "page.html").read_bytes(), datetime.fromisoformat(expected["fetched"])
        full = saved(body, expected["url"], at)
        got = extract(
            body, url=expected["url"], source=SOURCE, fetched=at, media_type="", charset=None, item=None, rules=RULES
        )
        assert isinstance(got, Unusable) == isinstance(full, Unusable), folder
        if isinstance(got, Document) and isinstance(full, Document) and got.gate:
            assert not judge(full.title, full.text, full.language, RULES).relevant, folder


def test_no_labelled_case_is_hidden():
    files = sorted((TESTS / "eval" / "cases").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").split("\n") if line]
    hidden = []
    for line in lines[::STEP]:
        case = json.loads(line)
        if judge(case.get("title"), case["text"], case.get("language"), RULES).relevant:
            got = read(page([WEATHER * 2, *case["text"].splitlines()], case.get("title") or "Today"))
            hidden += [case["id"]] if isinstance(got, Document) and got.gate else []
    assert not hidden


def test_the_reading_processes_judge_by_the_chosen_rules(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    answer = Page("https://one.org/news/1", page([WEATHER * 3]), "text/html", SEEN)
    for chosen, expected in (
        (None, Extraction.FULL),
        (gate.BUILT_IN, Extraction.LIGHT),
        (str(tmp_path / "nowhere"), Extraction.FULL),
    ):
        gate.choose(chosen)
        gate.rules.cache_clear()
        got = calls.article(answer, SOURCE, None)
        assert isinstance(got, Document)
        assert got.extraction is expected
        assert isinstance(whole := calls.whole_article(answer, SOURCE, None), Document)
        assert whole.extraction is Extraction.FULL
    gate.rules.cache_clear()
