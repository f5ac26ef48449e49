from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import issuer

OSCE = "OSCE Secretariat, Transnational Threats Department"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Issued on: 28 November 2024", f"Issued by: {OSCE}"], OSCE),
        (["Issued by:", OSCE, "Fields of work:"], OSCE),
        (["- Issued by:", f"- {OSCE}"], OSCE),
        (["News Provided By", "Share"], None),
        (
            ["News Provided By:", "Organization for Security and Co-operation"],
            "Organization for Security and Co-operation",
        ),
        (["Источник: МИД Узбекистана"], "МИД Узбекистана"),
        (["Manba: O‘zA"], "O‘zA"),
        (["Issued by:", "Fields of work:"], None),
        (["By Aigerim Akhmetova"], "Aigerim Akhmetova"),
        (["By then it was late and everybody who had come to the meeting went home."], None),
    ],
)
def test_a_label_names_the_issuer(lines: list[str], expected: str | None) -> None:
    assert issuer.told("", lines) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experts met.\n///UNRCCA, 28 November 2024", "UNRCCA"),
        ("The dialogue was held in Astana, The Caspian Post reports citing OSCE.\nMore.", "OSCE"),
        (
            "Experts met, Kun reports, citing the Ministry of Foreign Affairs of Uzbekistan.",
            "Ministry of Foreign Affairs of Uzbekistan",
        ),
        ("Об этом сообщает «Газета» со ссылкой на МИД, передаёт агентство.", "МИД"),
        ("See https://example.org//path", None),
        ("Nobody signs this.", None),
    ],
)
def test_the_text_names_the_issuer(text: str, expected: str | None) -> None:
    assert issuer.told(text) == expected


def test_what_a_reader_sees_comes_before_what_machines_are_told() -> None:
    assert issuer.told("", ["Issued by: OSCE"], organisation="EIN Presswire", author="A. Person") == "OSCE"
    assert issuer.told("", [], organisation="EIN Presswire", author="A. Person") == "EIN Presswire"
    assert issuer.told("", [], author="A. Person") == "A. Person"
    assert issuer.told("") is None


@given(st.text(max_size=2000), st.lists(st.text(max_size=100), max_size=5))
def test_no_text_breaks_it(text: str, lines: list[str]) -> None:
    named = issuer.told(text, lines)
    assert named is None or (0 < len(named) <= 160 and "\n" not in named)
