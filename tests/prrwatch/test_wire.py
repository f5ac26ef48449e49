"""Lines between daemon and worker: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import wire
from prrwatch.crawl import CrawlRecord, Fetched
from prrwatch.document import Document, Item, Original

SEEN = datetime(2024, 12, 6, 8, 0, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def fetched(words: str, body: bytes = b"<p>\xff\x00") -> Fetched:
    item = Item("https://one.org/1", "one.org/1", words)
    document = Document(item.key, item.url, "one", words, words, "en", None, None, SEEN, alternates=(words,))
    return Fetched("job-1", item, document, Original(item.url, body, (("X", words),), 200, SEEN, "0" * 64))


def decoded(message: bytes) -> CrawlRecord:
    line, newline, body = message.partition(b"\n")
    return wire.decode_record(line + newline, body)


@given(st.text(), st.binary())
def test_what_goes_in_comes_out(words: str, body: bytes) -> None:
    record = fetched(words, body)
    message = wire.encoded(record)
    assert decoded(message) == record
    assert wire.behind(message) == len(body)


@pytest.mark.parametrize("body", [b"", b"<p>\xff", b"<p>\xff\x00\x00"])
def test_what_is_cut_short_is_no_record(body: bytes) -> None:
    line = wire.encoded(fetched("words")).partition(b"\n")[0]
    with pytest.raises(wire.WireError, match="5 bytes were to follow"):
        wire.decode_record(line, body)


def test_nobody_waits_for_more_than_any_page_has() -> None:
    with pytest.raises(wire.WireError, match="at most"):
        wire.behind(b'999999999999{"Fetched": {}}\n')


@given(ANY_TEXT)
def test_a_lone_surrogate_is_no_reason_to_lose_a_page(words: str) -> None:
    told = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert decoded(wire.encoded(fetched(words))) == fetched(told)
