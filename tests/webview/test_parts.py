"""The pure parts: charts, trees of copies, marks, words of a search, what was asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.people import lexicon
from prrwatch.verdict import Evidence
from storage.reading.story import Teller
from webview.asking import Asked, path
from webview.charts import WIDTH, bars, heat, ledger, lines
from webview.charts.ledger import Stated
from webview.charts.scale import ceiling
from webview.copies import branches
from webview.remembering import Remembered
from webview.stems import expression
from webview.wording import finalized, hiding, link, marked

AT = datetime(2026, 11, 22, tzinfo=UTC)


def teller(number: int, why: str = "first") -> Teller:
    url = f"https://example.org/{number}"
    return Teller(number, url, "s", "S", "media", None, None, None, AT, why, AT, 1, relevant=True, gone=False)


def copy_of(number: int) -> str:
    return f"copy of https://example.org/{number} (containment 0.97)"


def test_copies_stand_under_what_they_copied():
    same = "same event as https://example.org/1: tashkent, 45 (5.2)"
    [root] = branches([teller(1), teller(2, copy_of(1)), teller(3, copy_of(2)), teller(4, same)])
    assert [each.teller.document for each in root.followers] == [2, 4]
    assert root.followers[0].followers[0].teller.document == 3
    assert (root.followers[0].how, root.followers[0].measure) == ("copy of", "containment 0.97")
    assert (root.followers[1].how, root.followers[1].measure) == ("same event as", "tashkent, 45 (5.2)")


@given(st.lists(st.integers(0, 12), max_size=12))
def test_every_document_stands_once_whoever_copies_whom(followed):
    tellers = [teller(n, copy_of(above)) for n, above in enumerate(followed)]
    seen: list[int] = []
    waiting = list(branches(tellers))
    while waiting:
        branch = waiting.pop()
        seen.append(branch.teller.document)
        waiting += branch.followers
    assert sorted(seen) == list(range(len(followed)))


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8))
def test_pieces_joined_are_the_text_and_marks_are_where_rules_matched(text, spans):
    evidence = [Evidence("r", "", start, end) for start, end in spans]
    pieces = marked(text, evidence)
    assert "".join(piece.text for piece in pieces) == text
    inside = {at for start, end in spans if 0 <= start < end <= len(text) for at in range(start, end)}
    at, found = 0, set()
    for piece in pieces:
        found |= set(range(at, at + len(piece.text))) if piece.rules else set()
        at += len(piece.text)
    assert found == inside


def test_a_covered_name_reads_as_such_and_only_while_it_is_hidden():
    with hiding({lexicon.lemma("Ivanova")}):
        assert finalized("Anna Ivanova came") == "Anna [name withheld] came"
    assert finalized("Anna Ivanova came") == "Anna Ivanova came"
    assert finalized("a\u202eb\x00c") == "abc"
    assert finalized(7) == 7


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "file:///etc/passwd", ""])
def test_only_addresses_of_the_web_are_linked(url):
    assert link(url) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("возвращение", '"возвращен" *'),
        ("repatriated", '"repatri" *'),
        ('"returned women"', '"returned women"'),
        ("возвр*", '"возвр" *'),
        ("ООН 2019", '"ООН" AND "2019"'),
        ("", '""'),
    ],
)
def test_words_are_asked_for_in_any_form(query, expected):
    assert expression(query) == expected


def test_a_russian_word_with_a_short_stem_is_asked_for_in_its_cases():
    asked = expression("Сирия лагерь")
    assert asked.endswith(' AND "лагер" *')
    assert all(f'"{form}"' in asked for form in ("сирия", "сирии", "сирию", "сирией"))
    assert '"сир" *' not in asked


@given(st.text())
def test_any_query_is_an_expression(query):
    assert expression(query)


@given(st.lists(st.lists(st.integers(0, 500), min_size=2, max_size=2), min_size=1, max_size=60))
def test_stacks_stay_on_the_drawing_and_add_up(counts):
    names = [str(n) for n in range(len(counts))]
    drawing = bars.stacked(names, ("a", "b"), counts, max(map(sum, counts)))
    assert len(drawing.bars) == sum(count > 0 for parts in counts for count in parts)
    assert all(0 <= each.x <= WIDTH and -0.2 <= each.y <= drawing.height for each in drawing.bars)


@given(st.integers(1, 10**9))
def test_a_ceiling_is_round_and_not_far(value):
    assert value <= ceiling(value) < value * 2.6
    assert str(ceiling(value)).rstrip("0") in {"1", "2", "5"}


@given(st.lists(st.lists(st.floats(0, 10**8), max_size=5), min_size=1, max_size=20))
def test_delays_stay_on_the_drawing(values):
    names = [str(n) for n in range(len(values))]
    drawing = lines.medians(names, (("a", values),))
    assert len(drawing.series[0].points) == sum(bool(each) for each in values)
    assert all(0 <= each.y <= drawing.height for each in drawing.series[0].points)


@given(
    st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 10**7)), min_size=1, max_size=30)
)
def test_claims_stay_on_the_drawing(claims):
    drawing = ledger.dots([Stated(on, number, stock=True, conflict=False, label="") for on, number in claims])
    assert all(drawing.left <= each.x <= WIDTH and 0 <= each.y <= drawing.height for each in drawing.dots)
    assert len(drawing.years) <= 8


def test_no_claim_no_drawing():
    assert ledger.dots([]) is None


def test_a_strip_draws_each_day_on_which_something_happened():
    drawing = heat.strip([("1 May", 0, 0), ("2 May", 5, 0), ("3 May", 0, 2), ("4 May", 30, 1)])
    assert [cell.level for cell in drawing.cells] == [2, 0, 4]
    assert [name for name, _ in drawing.paths] == ["h0", "h2", "h4", "failed"]
    assert drawing.cells[2].label == "4 May: 30 new, 1 passes failed"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (90, "90 s"), (1800, "30 min"), (9000, "2.5 h"), (timedelta(days=3).total_seconds(), "3 days")],
)
def test_durations_are_said_in_one_unit(seconds, words):
    assert lines.duration(seconds) == words


@given(st.dictionaries(st.sampled_from(["q", "country", "before", "source", "days"]), st.text()))
def test_whatever_is_asked_is_bounded(values):
    asked = Asked(values)
    assert len(asked.text("q")) <= 400
    assert asked.country() == "" or asked.country().isalpha()
    assert asked.number("before") is None or asked.number("before") >= 0
    assert asked.one_of("days", ("1", "7")) in {"", "1", "7"}
    assert "/" not in asked.token("source")


def test_an_answer_is_kept_for_its_time():
    now, asked = [0.0], []
    kept = Remembered(60, lambda: now[0])

    def work():
        asked.append(1)
        return len(asked)

    assert [kept.answer("a", work), kept.answer("a", work), kept.answer("b", work)] == [1, 1, 2]
    now[0] = 61.0
    assert kept.answer("a", work) == 3


def test_addresses_quote_what_they_name():
    assert path("/prr", "story", "a/b?c", q="женщины & дети", empty="") == (
        "/prr/story/a%2Fb%3Fc?q=%D0%B6%D0%B5%D0%BD%D1%89%D0%B8%D0%BD%D1%8B+%26+%D0%B4%D0%B5%D1%82%D0%B8"
    )
