"""Lines between daemon and worker: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from prrwatch import wire
from prrwatch.crawl import Fetched
from prrwatch.document import Document, Item, Original

SEEN = datetime(2024, 12, 6, 8, 0, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def fetched(words: str, body: bytes = b"<p>\xff\x00") -> Fetched:
    item = Item("https://one.org/1", "one.org/1", words)
    document = Document(item.key, item.url, "one", words, words, "en", None, None, SEEN, alternates=(words,))
    return Fetched("job", item, document, Original(item.url, body, (("X", words),), 200, SEEN, "0" * 64))


@given(st.text(), st.binary())
def test_what_goes_in_comes_out(words: str, body: bytes) -> None:
    record = fetched(words, body)
    assert wire.decode_record(wire.encode(record)) == record


@given(ANY_TEXT)
def test_a_lone_surrogate_is_no_reason_to_lose_a_page(words: str) -> None:
    line = wire.encoded(fetched(words))
    told = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert wire.decode_record(line) == fetched(told)
    assert b"\n" not in line
