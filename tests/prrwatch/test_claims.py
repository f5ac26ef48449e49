"""Who says so, which figures are one claim, and which claims contradict each other."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.document import Dated, Precision
from prrwatch.figures import Action, Figure, Measure, Quantifier, Telling, Who, claimant, claims, conflicts

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def dated(day: datetime, precision=Precision.DAY, origin="text") -> Dated:
    return Dated(day, precision, "then", origin)


def told(number=148, document=1, n=0, *, at=NOW, version=None, is_current=True, **more) -> Telling:
    fields = {"quantifier": Quantifier.EXACT, "who": Who.WOMEN, "country": "KZ", "action": Action.REPATRIATED}
    fields |= {"measure": Measure.FLOW, "as_of": None, "quote": "", "start": 0, "end": 0, "sentence": ""}
    figure = Figure(number=number, **(fields | more))
    return Telling(figure, None, document, version or document, n, at, is_current)


def numbers(*tellings, story="s-1"):
    return sorted((each.figure.number, len(each.tellings)) for each in claims(story, tellings))


SAID = [
    (
        "en",
        "31 women were repatriated, the Committee of National Security reported on Monday.",
        "Committee of National Security",
    ),
    ("en", "According to the Ministry of Foreign Affairs, 31 women came home.", "Ministry of Foreign Affairs"),
    ("en", "“We brought 31 women home,” said Ambassador Jane Roe, the envoy.", "Ambassador Jane Roe"),
    ("en", "According to the organizers more than 2,100 citizens of the region have been repatriated.", "organizers"),
    ("en", "As of March 2024, more than 2,100 citizens have returned.", None),
    ("en", "Three children were brought back, said Nurlan Toktosunov.", None),
    ("en", "Her mother said that 3 children returned.", None),
    ("ru", "По данным Комитета национальной безопасности, вернулась 31 женщина.", "Комитета национальной безопасности"),
    ("ru", "Из Сирии возвращена 31 женщина, сообщили в МИД Кыргызстана.", "МИД Кыргызстана"),
    ("uz", "Tashqi ishlar vazirligi maʼlumotlariga koʻra, 31 nafar ayol qaytarildi.", "Tashqi ishlar vazirligi"),
    ("kk", "ҰҚК мәліметінше, 31 әйел оралды.", "ҰҚК"),
    ("ky", "УКМКнын маалыматына караганда, 31 аял кайтарылды.", "УКМКнын"),
    ("tg", "Тибқи маълумоти Вазорати корҳои хориҷӣ, 31 зан баргардонида шуд.", "Вазорати корҳои хориҷӣ"),
    (
        "fr",
        "Selon le ministère des Affaires étrangères, 31 femmes ont été rapatriées.",
        "ministère des Affaires étrangères",
    ),
    ("de", "Laut dem Auswärtigen Amt wurden 31 Frauen zurückgeholt.", "Auswärtigen Amt"),
    ("ar", "according to the Ministry, 31", None),
]


@pytest.mark.parametrize(("language", "sentence", "who"), SAID)
def test_who_says_so(language, sentence, who):
    assert claimant(sentence, language) == who


@pytest.mark.parametrize(
    "junk", ["a " * 5000, "The " * 3000, "according to the " * 999, ", said " * 999, "по данным " * 999]
)
def test_hostile_sentences_are_read_in_no_time(junk):
    start = time.process_time()
    for language in ("en", "ru", "uz", "kk", "ky", "tg", "fr", "de"):
        claimant(junk, language)
    assert time.process_time() - start < 1


def test_what_many_tell_is_one_claim():
    copy = told(document=2, at=NOW + DAY, action=Action.RETURNED)
    assert numbers(told(), copy, told(document=3, country=None)) == [(148, 3)]
    assert numbers(told(), told(document=2, country="UZ")) == [(148, 1), (148, 1)]
    today, tomorrow = (dated(day, origin="published") for day in (NOW, NOW + DAY))
    assert numbers(told(as_of=today), told(document=2, as_of=tomorrow)) == [(148, 2)]
    assert numbers(told(as_of=dated(NOW)), told(document=2, as_of=dated(NOW + 9 * DAY))) == [(148, 1), (148, 1)]


def test_a_claim_takes_from_others_what_its_first_teller_lacks():
    [claim] = claims(
        "s-1", [told(country=None), told(document=2, at=NOW + DAY, as_of=dated(NOW), measure=Measure.STOCK)]
    )
    assert (claim.figure.country, claim.figure.as_of, claim.figure.measure) == ("KZ", dated(NOW), Measure.STOCK)
    assert (claim.first_told, claim.stands) == (NOW, True)


def pair(one, other, stories=("s-1", "s-1")):
    """The conflicts of two tellings, in one story or in two."""
    if stories[0] == stories[1]:
        return len(conflicts(claims(stories[0], [one, other]), []))
    return len(conflicts(claims(stories[0], [one]), claims(stories[1], [other])))


OTHER = ("s-1", "s-2")


@pytest.mark.parametrize(
    ("one", "other", "stories", "wanted"),
    [
        (told(148), told(156, 2), ("s-1", "s-1"), 1),
        (told(148), told(156, 1, 1), ("s-1", "s-1"), 0),  # one document says both
        (told(148), told(156, 2, is_current=False), ("s-1", "s-1"), 0),  # taken back
        (told(148, quantifier=Quantifier.MORE_THAN), told(156, 2), ("s-1", "s-1"), 0),
        (told(148), told(156, 2, who=Who.CHILDREN), ("s-1", "s-1"), 0),
        (told(148), told(156, 2, country="UZ"), ("s-1", "s-1"), 0),
        (told(148), told(24, 2, as_of=dated(datetime(2021, 1, 1, tzinfo=UTC), Precision.YEAR)), ("s-1", "s-1"), 0),
        (told(148), told(600, 2, measure=Measure.STOCK), ("s-1", "s-1"), 0),
        (told(148), told(156, 2, at=NOW + 90 * DAY), ("s-1", "s-1"), 0),
        (told(148), told(156, 2), OTHER, 0),  # two undated operations
        (told(148, as_of=dated(NOW)), told(156, 2, as_of=dated(NOW)), OTHER, 1),
        (told(148, as_of=dated(NOW)), told(156, 2, as_of=dated(NOW + DAY)), OTHER, 0),
        (
            told(600, as_of=dated(NOW), measure=Measure.STOCK),
            told(500, 2, as_of=dated(NOW + 99 * DAY), measure=Measure.STOCK),
            OTHER,
            1,
        ),
    ],
)
def test_conflicts(one, other, stories, wanted):
    assert pair(one, other, stories) == wanted
    assert pair(other, one, stories[::-1]) == wanted


def test_a_sum_is_told_again_elsewhere_and_a_small_flight_is_not():
    def refrains(one, other):
        return {each.refrain for story, telling in (("s-1", one), ("s-2", other)) for each in claims(story, [telling])}

    march, april = (dated(datetime(2024, month, 1, tzinfo=UTC), Precision.MONTH) for month in (3, 4))
    stock = {"measure": Measure.STOCK, "quantifier": Quantifier.MORE_THAN}
    assert len(refrains(told(2100, as_of=march, **stock), told(2100, 2, as_of=april, **stock))) == 1
    assert len(refrains(told(12), told(12, 2))) == 2
    assert len(refrains(told(12, as_of=dated(NOW)), told(12, 2, as_of=dated(NOW)))) == 1


TELLINGS = st.builds(
    told,
    number=st.sampled_from([12, 13, 148, 2100]),
    document=st.integers(1, 4),
    n=st.integers(0, 5),
    at=st.sampled_from([NOW, NOW + DAY]),
    country=st.sampled_from([None, "KZ", "UZ"]),
    as_of=st.sampled_from(
        [None, dated(NOW), dated(NOW + DAY), dated(NOW, origin="published"), dated(NOW, Precision.MONTH)]
    ),
    measure=st.sampled_from(list(Measure)),
)


@given(st.lists(TELLINGS, max_size=12, unique_by=lambda each: (each.document, each.n)), st.randoms())
def test_the_order_of_reading_does_not_matter(tellings, random):
    mixed = list(tellings)
    random.shuffle(mixed)
    found = claims("s-1", tellings)
    assert claims("s-1", mixed) == found
    assert sum(len(claim.tellings) for claim in found) == len(tellings)
    assert len({claim.id for claim in found}) == len(found)
    assert conflicts(claims("s-1", mixed), []) == conflicts(found, [])
