from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import dates
from prrwatch.document import Dated, Precision

SEEN = datetime(2024, 12, 1, 9, 0, tzinfo=UTC)  # a Sunday

# fmt: off
WRITTEN: list[tuple[str, str | None]] = [
    # machines
    ("2024-11-27", "2024-11-27"),
    ("2024-11-27T10:30:05Z", "2024-11-27T10:30:05+00:00"),
    ("2024-11-27T10:30:05.123456+05:00", "2024-11-27T10:30:05+05:00"),
    ("2024-11-27 10:30", "2024-11-27"),  # no zone: the instant is unknown by up to a day, the day is not
    ("2024-11-27T00:00:00+05:00", "2024-11-27"),  # midnight where it was written: only the day was known
    ("20241127T103000Z", "2024-11-27"),
    ("2024-11", "2024-11"),
    ("2024", "2024"),
    ("1732700000", "2024-11-27T09:33:20+00:00"),
    ("1732700000123", "2024-11-27T09:33:20+00:00"),
    ("Wed, 27 Nov 2024 10:30:00 GMT", "2024-11-27T10:30:00+00:00"),
    ("Wed, 27 Nov 2024 10:30:00 +0500", "2024-11-27T10:30:00+05:00"),
    ("27 Nov 24 10:30 GMT", "2024-11-27T10:30:00+00:00"),
    ("27-Nov-24", "2024-11-27"),
    ("27-Nov-19 10:30", "2019-11-27"),
    ("27 Nov 98", "1998-11-27"),
    ("27 ноября 24 г.", "2024-11-27"),
    ("Wed Nov 27 10:30:05 UTC 2024", "2024-11-27T10:30:05+00:00"),
    # numbers
    ("27.11.2024", "2024-11-27"),
    ("27.11.24", "2024-11-27"),
    ("05.06.2024", "2024-06-05"),  # with dots the day comes first everywhere
    ("27/11/2024 14:05 MSK", "2024-11-27T14:05:00+03:00"),
    ("11/27/2024", "2024-11-27"),
    ("2024/11/27", "2024-11-27"),
    ("2024.11.27", "2024-11-27"),
    ("05/06/2024", None),  # the fifth of June or the sixth of May: not known
    ("05/05/2024", "2024-05-05"),
    ("05/12/2024", "2024-05-12"),  # the other reading lies in the future
    # English
    ("27 November 2024", "2024-11-27"),
    ("November 27, 2024", "2024-11-27"),
    ("Nov. 27th, 2024", "2024-11-27"),
    ("the 27th of November 2024", "2024-11-27"),
    ("Wednesday, 27 November, 2024 at 5:30 pm ET", "2024-11-27T17:30:00-05:00"),
    ("Published: 27 November 2024 | Updated: 29 November 2024", "2024-11-27"),
    ("14 MAY 2024 | TASHKENT", "2024-05-14"),
    ("November 2024", "2024-11"),
    ("Sept 3 2024", "2024-09-03"),
    # Russian
    ("27 ноября 2024 г.", "2024-11-27"),
    ("27 ноября 2024 года, 18:15 (МСК)", "2024-11-27T18:15:00+03:00"),
    ("18:15, 27 ноября 2024", "2024-11-27"),
    ("27 нояб. 2024", "2024-11-27"),
    ("среда, 27 ноября 2024 года", "2024-11-27"),
    ("1 мая 2024", "2024-05-01"),
    ("ноябрь 2024", "2024-11"),
    # Uzbek, both scripts
    ("27 noyabr 2024-yil", "2024-11-27"),
    ("2024-yil 27-noyabr", "2024-11-27"),
    ("2024-yil 27-noyabr, 15:40", "2024-11-27"),
    ("27-ноябрь, 2024 йил", "2024-11-27"),
    ("2024 йил 27 ноябрь", "2024-11-27"),
    ("3-sentabr 2024", "2024-09-03"),
    ("2024 йил 5 октябрда", "2024-10-05"),
    # Kazakh
    ("27 қараша 2024", "2024-11-27"),
    ("2024 жылғы 27 қараша", "2024-11-27"),
    ("2024 жылдың 9 қаңтарында", "2024-01-09"),
    ("15 желтоқсан 2023 ж.", "2023-12-15"),
    ("27 Қыркүйек, 2024", "2024-09-27"),
    # Kyrgyz
    ("27-ноябрь, 2024-жыл", "2024-11-27"),
    ("2024-жылдын 27-ноябры", "2024-11-27"),
    ("2024-жылдын 3-сентябрында", "2024-09-03"),
    # Tajik
    ("27 ноябри соли 2024", "2024-11-27"),
    ("27.11.2024 сол", "2024-11-27"),
    ("9 июни 2024", "2024-06-09"),
    # Turkmen
    ("27 noýabr 2024", "2024-11-27"),
    ("2024-nji ýylyň 27-nji noýabry", "2024-11-27"),
    ("2023-nji ýylyň 5-nji iýunynda", "2023-06-05"),
    # French, German, Arabic and a few more
    ("27 novembre 2024", "2024-11-27"),
    ("Publié le 1er août 2024 à 14h30", "2024-08-01"),
    ("27. November 2024", "2024-11-27"),
    ("Mittwoch, 6. März 2024, 12:00 Uhr", "2024-03-06"),
    ("27 نوفمبر 2024", "2024-11-27"),
    ("٢٧ نوفمبر ٢٠٢٤", "2024-11-27"),
    ("27 تشرين الثاني 2024", "2024-11-27"),
    ("5 كانون الأول 2023", "2023-12-05"),
    ("27 Kasım 2024", "2024-11-27"),
    ("27 de noviembre de 2024", "2024-11-27"),
    ("27 november 2024", "2024-11-27"),
    # no date at all, or not one of ours
    ("", None),
    ("Uzbekistan", None),
    ("May", None),
    ("12.5 million", None),
    ("31 February 2024", None),
    ("2024-13-40", None),
    ("Resolution 2396 (2017)", None),
    ("USD 12 450,50", None),
    ("10:45", None),
    ("13.05.1884", None),  # the web has nothing so old of its own
    ("phone +998 71 120 24 50", None),
    ("1.2.3", None),
    ("1.12.38", None),  # a version
    ("кеша", None),  # one letter from yesterday in two languages
]
SIGHTED: list[tuple[str, str]] = [
    ("27 November", "2024-11-27"),
    ("27 ноября, 10:00", "2024-11-27"),
    ("27-noyabr", "2024-11-27"),
    ("17 апреля 38 активистов", "2024-04-17"),  # a count right behind a month is no year
    ("On 5 May 12 women came home", "2024-05-05"),
    ("14 мая 59 женщин и 104 ребёнка", "2024-05-14"),
    ("17 апреля 38-летний житель", "2024-04-17"),
    ("5 May 12.5 million", "2024-05-05"),
    ("5 May 12,000 people", "2024-05-05"),
    ("5 May 12 000 people", "2024-05-05"),
    ("8 мая 12 июня", "2024-05-08"),
    ("25 December", "2023-12-25"),  # not after the sighting
    ("2 December", "2024-12-02"),  # a clock may be ahead
    ("29 February", "2024-02-29"),
    ("Tuesday, 27 November", "2018-11-27"),  # the weekday tells the year
    ("2 hours ago", "2024-12-01"),
    ("11 hours ago", "2024-11-30"),
    ("15 minutes ago", "2024-12-01T08:45:00+00:00"),
    ("3 days ago", "2024-11-28"),
    ("вчера", "2024-11-30"),
    ("вчера, 14:30", "2024-11-30"),
    ("сегодня в 08:10", "2024-12-01"),
    ("5 минут назад", "2024-12-01T08:55:00+00:00"),
    ("2 дня назад", "2024-11-29"),
    ("kecha", "2024-11-30"),
    ("3 soat oldin", "2024-12-01"),
    ("кеча", "2024-11-30"),
    ("кеше", "2024-11-30"),
    ("2 сағат бұрын", "2024-12-01"),
    ("кечээ", "2024-11-30"),
    ("дирӯз", "2024-11-30"),
    ("düýn", "2024-11-30"),
    ("il y a 3 jours", "2024-11-28"),
    ("vor 2 Tagen", "2024-11-29"),
    ("gestern", "2024-11-30"),
    ("أمس", "2024-11-30"),
    ("yesterday at 18:00", "2024-11-30"),
]
DATELINES: list[tuple[str, str | None]] = [
    ("Tashkent/New York/Vienna, May 8, 2024 -The first meeting will be held on May 14 in Tashkent.", "2024-05-08"),
    ("///UNRCCA, 28 November 2024", "2024-11-28"),
    ("TASHKENT, UZBEKISTAN, November 27, 2024 /EINPresswire.com/ -- Experts met.", "2024-11-27"),
    ("VIENNA, 27 November 2024 – The OSCE met.", "2024-11-27"),
    ("АСТАНА, 27 ноября 2024 - Казинформ.", "2024-11-27"),
    ("Душанбе, 27 ноября 2024 года. /НИАТ/. Состоялась встреча.", "2024-11-27"),
    ("Ашхабад, 27.11.2024 – Состоялась встреча.", "2024-11-27"),
    ("Toshkent, 27-noyabr 2024-yil. /O‘zA/. Uchrashuv bo‘lib o‘tdi.", "2024-11-27"),
    ("BISHKEK, Kyrgyzstan, 27 November 2024 (AP) — Officials said.", "2024-11-27"),
    ("14 MAY 2024 | TASHKENT", None),
    ("On 27 November, over 40 representatives gathered.", None),
    ("On 27 November 2024, over 40 representatives gathered.", None),
    ("The meeting held in Tashkent on 27 November 2024 - the second - went well.", None),
    ("In Astana, 30 April 2025 - so it was said - experts meet.", None),
    ("Updated 27 November 2024 - 10:00", None),
    ("Copyright 2024 - all rights reserved", None),
    ("27 ноября в Ташкенте прошла встреча - вторая по счёту.", None),
]
# fmt: on


@pytest.mark.parametrize(("raw", "value"), WRITTEN)
def test_a_written_date_is_read_as_exactly_as_it_is_written(raw: str, value: str | None) -> None:
    dated = dates.parse(raw, origin="meta", seen=SEEN)
    assert (dated.value if dated else None) == value
    assert dated is None or dated.origin == "meta"


@pytest.mark.parametrize(("raw", "value"), SIGHTED)
def test_what_is_completed_from_the_sighting_says_so(raw: str, value: str) -> None:
    dated = dates.parse(raw, origin="listing", seen=SEEN)
    assert dated is not None
    assert (dated.value, dated.origin) == (value, "listing+sighting")


@pytest.mark.parametrize(("line", "value"), DATELINES)
def test_only_a_dateline_is_read_as_one(line: str, value: str | None) -> None:
    dated = dates.dateline(f"A headline\n{line}\nMore text.", ("en", "ru"), SEEN)
    assert (dated.value if dated else None) == value


def test_there_are_enough_cases() -> None:
    assert len(WRITTEN) + len(SIGHTED) + len(DATELINES) >= 80


def test_a_dateline_without_its_year_is_completed() -> None:
    dated = dates.dateline("ТАШКЕНТ, 27 ноя — Sputnik. Вторая встреча.", ("ru",), SEEN)
    assert dated is not None
    assert (dated.value, dated.origin) == ("2024-11-27", "dateline+sighting")


@pytest.mark.parametrize(("order", "value"), [("DMY", "2024-06-05"), ("MDY", "2024-05-06")])
def test_the_source_decides_what_comes_first(order: str, value: str) -> None:
    dated = dates.parse("05/06/2024", origin="meta", order=order, seen=SEEN)
    assert dated is not None
    assert dated.value == value


def test_the_source_zone_makes_a_bare_time_an_instant() -> None:
    dated = dates.parse("27.11.2024 02:00", origin="listing", timezone="Asia/Tashkent", seen=SEEN)
    assert dated is not None
    assert dated.at == datetime(2024, 11, 26, 21, 0, tzinfo=UTC)
    assert dated.value == "2024-11-27T02:00:00+05:00"  # the publisher's day


def test_yesterday_is_the_publishers_yesterday() -> None:
    late = datetime(2024, 11, 30, 20, 0, tzinfo=UTC)  # already the first of December in Tashkent
    dated = dates.parse("kecha", origin="listing", timezone="Asia/Tashkent", seen=late)
    assert dated is not None
    assert dated.value == "2024-11-30"


def test_a_year_is_completed_by_when_the_page_was_changed() -> None:
    dated = dates.parse("17 November", origin="dateline", seen=SEEN, latest=datetime(2021, 3, 1, tzinfo=UTC))
    assert dated is not None
    assert dated.value == "2020-11-17"


def test_other_languages_are_read_when_they_are_named() -> None:
    assert dates.parse("27. marraskuuta 2024", origin="meta", seen=SEEN) is None
    dated = dates.parse("27. marraskuuta 2024", origin="meta", languages=("fi",), seen=SEEN)
    assert dated is not None
    assert dated.value == "2024-11-27"


def _dated(value: str, origin: str, precision: Precision = Precision.DAY) -> Dated:
    return Dated(datetime.fromisoformat(value).replace(tzinfo=UTC), precision, value, origin)


def _chosen(*candidates: Dated) -> str | None:
    dated = dates.resolve(candidates, seen=SEEN)
    return dated.value if dated else None


def test_the_most_trusted_origin_wins() -> None:
    assert _chosen(_dated("2024-11-20", "url"), _dated("2024-11-27", "json-ld")) == "2024-11-27"


def test_the_day_of_the_release_beats_the_day_of_the_event() -> None:
    event_in_header, release = _dated("2024-05-14", "header"), _dated("2024-05-08", "dateline")
    assert _chosen(event_in_header, release) == "2024-05-08"


def test_the_future_is_not_when_something_was_published() -> None:
    assert _chosen(_dated("2024-12-20", "json-ld")) is None
    assert _chosen(_dated("2024-12-20", "json-ld"), _dated("2024-11-27", "url")) == "2024-11-27"
    assert _chosen(_dated("2024-12-02", "json-ld")) == "2024-12-02"


def test_of_those_that_agree_the_most_exact_one_is_taken() -> None:
    exact = _dated("2024-11-27T10:30:00", "meta", Precision.SECOND)
    assert _chosen(_dated("2024-11-27", "feed"), exact) == "2024-11-27T10:30:00+00:00"
    assert _chosen(_dated("2024-11-01", "feed", Precision.MONTH), _dated("2024-11-27", "url")) == "2024-11-27"


def test_two_witnesses_for_an_earlier_day_beat_a_feed_that_tells_of_the_last_change() -> None:
    assert (
        _chosen(_dated("2024-11-29", "feed"), _dated("2024-11-27", "json-ld"), _dated("2024-11-27", "label"))
        == "2024-11-27"
    )
    assert _chosen(_dated("2024-11-29", "feed"), _dated("2024-11-27", "label")) == "2024-11-29"


def test_a_completed_year_never_beats_a_written_one() -> None:
    assert _chosen(_dated("2024-11-27", "feed+sighting"), _dated("2019-11-27", "url")) == "2019-11-27"


def test_nothing_is_chosen_from_nothing() -> None:
    assert dates.resolve([], seen=SEEN) is None


@given(st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2024, 12, 1).date()))  # noqa: DTZ001 - a day has no zone
def test_every_day_is_read_back_from_every_form(day: object) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%a, %d %b %Y"):
        dated = dates.parse(f"{day:{form}}", origin="meta", seen=SEEN)
        assert dated is not None
        assert dated.value == str(day)


@given(st.text(alphabet=string.printable + "ноябряқараша٢٧ўʻ\u200f\x00", max_size=400))
def test_no_text_breaks_it_and_no_date_lies_out_of_bounds(raw: str) -> None:
    dated = dates.parse(raw, origin="meta", seen=SEEN)
    if dated:
        assert dated.at.tzinfo is UTC
        assert datetime(1989, 12, 30, tzinfo=UTC) < dated.at < datetime(2100, 1, 2, tzinfo=UTC)
        assert len(dated.raw) <= 200
    assert dates.resolve([dated] if dated else [], seen=SEEN) is None or (
        dated and dated.at <= SEEN + timedelta(days=2)
    )


def test_a_long_string_costs_nothing() -> None:
    assert dates.parse("1 2 3 " * 500_000, origin="meta", seen=SEEN) is None
