import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.document import Dated, Precision
from prrwatch.figures import Action, Figure, Measure, Quantifier, Who, conflict, figures
from prrwatch.figures.lexicon import LANGUAGES, language

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seed-documents"
PUBLISHED = Dated(datetime(2025, 5, 1, tzinfo=UTC), Precision.DAY, "May 1, 2025", "meta")


def one(text: str, language: str = "en", published: Dated | None = None, title: str | None = None) -> Figure:
    [figure] = figures(text, language, published, title=title)
    return figure


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared seed documents are not here")
def test_the_seeds_claim_2100_and_nothing_else():
    claims = {}
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        claims[path.name[:3]] = figures(text, "en", PUBLISHED)
        assert all(text[each.start : each.end] == each.quote for each in claims[path.name[:3]])
    assert [len(claims[name]) for name in ("000", "001", "002", "003", "004")] == [1, 1, 1, 0, 0]
    first, copy, later = claims["000"][0], claims["001"][0], claims["002"][0]
    assert (first.number, first.quantifier, first.who, first.country) == (
        2100,
        Quantifier.MORE_THAN,
        Who.CITIZENS,
        None,
    )
    assert (first.action, first.measure, first.as_of.value) == (Action.RETURNED, Measure.STOCK, "2024-03")
    assert (later.action, later.as_of.value, later.as_of.raw) == (Action.REPATRIATED, "2025-05-01", "To date")
    assert conflict(first, copy) == "same"
    assert conflict(first, later) == "restated"


@pytest.mark.parametrize(
    "number",
    ["2,100", "2 100", "2.100", "2100", "2\u00a0100", "2\u202f100", "2.1 thousand", "two thousand one hundred"],
)
def test_a_number_in_any_spelling(number):
    assert one(f"More than {number} citizens were repatriated from Syria.").number == 2100


@pytest.mark.parametrize(
    ("said", "quantifier"),
    [
        ("148", Quantifier.EXACT),
        ("more than 148", Quantifier.MORE_THAN),
        ("about 148", Quantifier.ABOUT),
        ("up to 148", Quantifier.UP_TO),
        ("no fewer than 148", Quantifier.AT_LEAST),
    ],
)
def test_how_a_number_is_meant(said, quantifier):
    figure = one(f"The state brought home {said} women from the camps in Syria.")
    assert (figure.quantifier, figure.quote) == (quantifier, f"{said} women")


def test_the_state_and_the_day():
    figure = one("On 12 February 2021 Kazakhstan repatriated 7 women from Syria.")
    assert (figure.country, figure.as_of.value, figure.measure) == ("KZ", "2021-02-12", Measure.FLOW)
    assert one("12 февраля из Сирии вернули 7 женщин.", "ru", PUBLISHED).as_of.value == "2025-02-12"
    assert one("12 февраля из Сирии вернули 7 женщин.", "ru").as_of is None
    assert one("Since 2019 the country has repatriated 533 people from Syria.").as_of is None
    assert one("They repatriated 533 people from Syria.", title="Kyrgyzstan brings people home").country == "KG"


def test_two_states_are_no_country():
    assert one("Kazakhstan and Uzbekistan have repatriated 900 citizens from Syria.").country is None


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 women were repatriated from Syria.",
        "Chapter 12 women returned from Syria.",
        "Between 20 and 30 per cent of returnees from Syria found work; 45% were repatriated.",
        "Several hundred people returned from Syria.",
        "A video of the 12 September 2001 attacks was shown to returnees from Syria.",
        "The families of 50 fighters were brought home from Syria.",
    ],
)
def test_no_figures(text):
    assert figures(text, "en") == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A mother of four who returned from Syria was sentenced in Osh."),
        ("ru", "Мать четверых детей, вернувшаяся из Сирии, осуждена в Оше."),
        ("uz", "Suriyadan qaytgan toʻrt bolaning onasi sudlandi."),
        ("kk", "Сириядан оралған төрт баланың анасы сотталды."),
        ("ky", "Сириядан кайткан төрт баланын энеси соттолду."),
        ("tg", "Модари чор фарзанд, ки аз Сурия баргашт, маҳкум шуд."),
        ("de", "Die Mutter von vier Kindern, die aus Syrien zurückkehrte, wurde verurteilt."),
        ("fr", "Une mère de quatre enfants rentrée de Syrie a été condamnée."),
    ],
)
def test_whose_mother_one_is_counts_nobody(language, text):
    assert figures(text, language) == ()


def test_a_link_to_another_story_is_not_read():
    assert (
        figures("Women came home from Syria in the night.\nRead also: 44 women were repatriated from Syria.", "en")
        == ()
    )


def test_unknown_languages_give_nothing():
    assert figures("148 women were repatriated from Syria.", None) == ()
    assert figures("148 women were repatriated from Syria.", "tr") == ()


def made(number: int, **changes) -> Figure:
    base = {
        "quantifier": Quantifier.EXACT,
        "who": Who.WOMEN,
        "country": "KZ",
        "action": Action.REPATRIATED,
        "measure": Measure.FLOW,
        "as_of": None,
        "quote": "",
        "start": 0,
        "end": 0,
        "sentence": "",
    }
    return Figure(number=number, **(base | changes))


def day(value: str) -> Dated:
    return Dated(datetime.fromisoformat(value).replace(tzinfo=UTC), Precision.DAY, value, "text")


STOCK = {"measure": Measure.STOCK}
RELATIONS = [
    (made(148), made(148), "same"),
    (made(148), made(156), "conflict"),
    (made(148), made(156, country="KG"), "unrelated"),
    (made(148), made(156, who=Who.CHILDREN), "unrelated"),
    (made(148), made(156, action=Action.CONVICTED), "unrelated"),
    (made(148, as_of=day("2021-02-12")), made(156, as_of=day("2021-09-01")), "unrelated"),
    (made(148, as_of=day("2021-02-12")), made(156, as_of=day("2021-02-12")), "conflict"),
    (made(2100, quantifier=Quantifier.MORE_THAN, **STOCK), made(2113, **STOCK), "restated"),
    (made(150, quantifier=Quantifier.ABOUT), made(148), "restated"),
    (made(531, as_of=day("2024-01-01"), **STOCK), made(530, as_of=day("2025-01-01"), **STOCK), "conflict"),
    (made(530, as_of=day("2024-01-01"), **STOCK), made(533, as_of=day("2025-01-01"), **STOCK), "unrelated"),
]


@pytest.mark.parametrize(("first", "second", "relation"), RELATIONS)
def test_relations_of_two_figures(first, second, relation):
    assert conflict(first, second) == conflict(second, first) == relation


SNIPPETS = (
    "148 2,100 women children citizens Syria repatriated returned more than of the who were 2024 sept 12 , ; . - – ( ) "
    "женщин вернули из а аёл қайтарилди әйел алынып келинди зан Frauen"
)
WORDS = st.sampled_from([*SNIPPETS.split(), "\n"])


@given(
    st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=300),
    st.sampled_from(["en", "ru", "uz", "kk", "ky", "tg", "fr", "de"]),
)
def test_every_quote_stands_where_it_is_said_to(text, language):
    for figure in figures(text, language, PUBLISHED):
        assert text[figure.start : figure.end] == figure.quote
        assert figure.number > 0


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_words_of_a_language_mean_what_the_ledger_knows(code):
    words = language(code)
    known = {
        "who": set(Who),
        "action": set(Action),
        "both": {Action.REPATRIATED, Action.RETURNED},
        "quantifier": set(Quantifier),
        "after": set(Quantifier),
    }
    for group, meanings in known.items():
        assert {meaning for meaning, _ in words.meanings.get(group, ())} <= meanings
    assert {meaning for meaning, _ in words.meanings["who"]} == set(Who)
    assert {meaning for meaning, _ in words.meanings["action"]} == set(Action)
    assert {"other", "context", "carry", "now", "by", "stop", "skip"} <= set(words.meanings)


@pytest.mark.parametrize(
    "piece", ["148 women ", "12 ", "The 12 women returned from Syria. ", '"', "(12) women, ", "12 women\n"]
)
def test_hostile_texts_are_read_in_bounded_time(piece):
    started = time.process_time()
    assert len(figures(piece * (200_000 // len(piece)), "en")) <= 500
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "measure", "as_of"),
    [
        ("Kazakhstan repatriated 148 women from Syria on 2 March 2026.", Measure.FLOW, "2026-03-02"),
        ("As of the end of March 2024 Kazakhstan repatriated 607 citizens from Syria.", Measure.STOCK, "2024-03"),
    ],
)
def test_a_place_before_a_date_is_no_beginning(text, measure, as_of):
    figure = one(text)
    assert (figure.measure, figure.as_of.value) == (measure, as_of)
