from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import hygiene


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("plain", "plain"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x85g", "a\nb\nc\nd\ne\nf\ng"),
        ("nul\x00 bell\x07 esc\x1b[31m del\x7f", "nul bell esc[31m del"),
        ("safe\u202egpj.exe\u202c \u2066isolated\u2069 \u200fmark", "safegpj.exe isolated mark"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen word\u2060joiner", "zerowidth softhyphen wordjoiner"),
        ("e\u0301te\u0301", "été"),  # NFC
        ("می\u200cخواهم", "می\u200cخواهم"),  # spelling in Persian
        ("ad\u200cmin \u200dx", "admin x"),  # a disguise in Latin
        ("tag\U000e0041\U000e0042s", "tags"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_only_what_can_be_read_stays(dirty: str, clean: str) -> None:
    assert hygiene.clean(dirty) == clean


def test_one_line_is_one_line_of_bounded_length() -> None:
    assert hygiene.one_line("  a\n\n b\t\u202ec  ") == "a b c"
    assert hygiene.one_line("word " * 100, limit=20) == "word word word word…"
    assert len(hygiene.one_line("x" * 1000)) == 300


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = hygiene.clean(text)
    assert hygiene.clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(letter) == "Cc" and letter not in "\t\n" for letter in once)
    assert "\n" not in hygiene.one_line(text)


@given(st.text() | st.text("a\u0301 \u034f\u115f\u17b4\u200d\u00a0\u2028é\n"))
def test_one_line_is_the_cleaned_text(text: str) -> None:
    assert hygiene.one_line(text, 10_000) == " ".join(hygiene.clean(" ".join(text.split())).split())
