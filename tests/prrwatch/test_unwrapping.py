"""Lines broken by a page's width are read as the statements they are."""

import re
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.prose import prose
from prrwatch.unwrapping import unwrapped

RELEASE = (
    "The second meeting of the Regional Expert Council on the Rehabilitation and Reintegration of Returnees from "
    "Conflict Zones in Central Asia will be held in Tashkent on 12 May. Experts will discuss how courts can hold "
    "returned fighters to account, and how long a family should be accompanied after repatriation. More than 2,100 "
    "citizens of the region have been repatriated since 2019, the organizers said, most of them women and children."
)
LINE = re.compile(r"[^\n]+")


def lines(text):
    return [match for match in LINE.finditer(text) if match[0].strip()]


@pytest.mark.parametrize("width", [60, 84, 96])
def test_a_broken_text_has_the_sentences_of_the_whole_one(width):
    broken = "\n".join(wrap(RELEASE, width))
    assert [" ".join(each.text.split()) for each in prose(broken)] == [each.text.strip() for each in prose(RELEASE)]
    assert all(broken[each.start : each.end] == each.text for each in prose(broken))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([RELEASE, RELEASE[:150], RELEASE[:90]]),  # paragraphs
        "\n".join(f"- item number {n} of a list" for n in range(40)),
        "Home\nNews\nAbout us\nContact\nSearch\nLogin\nWomen return from Syria\n",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text):
    assert [match.span() for match in unwrapped(lines(text))] == [match.span() for match in lines(text)]


@given(st.text(alphabet="ab .-\n", max_size=3000))
def test_every_line_is_in_exactly_one(text):
    before, after = lines(text), unwrapped(lines(text))
    assert [match.string[match.start() : match.end()] for match in after] == [match[0] for match in after]
    covering = [
        [each.span() for each in after if each.start() <= line.start() and line.end() <= each.end()] for line in before
    ]
    assert all(len(found) == 1 for found in covering)
