from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.document import Dated, Precision
from prrwatch.events import Event, Kind, Status, events
from prrwatch.verdict import Field

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seed-documents"


def day(value: str) -> Dated:
    return Dated(datetime.fromisoformat(value).replace(tzinfo=UTC), Precision.DAY, value, "meta")


def one(text: str, language: str = "en", published: str | None = "2024-05-08", title: str | None = None) -> Event:
    [event] = events(title, text, language, day(published) if published else None)
    return event


def seed(number: str) -> str:
    [path] = SEEDS.glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


SEEDED = [
    ("000", "2024-11-29", "2024-11-27", None, None, Status.HELD, "Second Meeting of the Central Asia Regional Expert"),
    ("001", "2024-11-27", "2024-11-27", None, None, Status.HELD, "Second Meeting of the Central Asia Regional Expert"),
    ("002", "2025-05-01", "2025-04-30", None, "Astana", Status.HELD, "Cross-Regional Dialogue on the Prosecution"),
    ("003", "2021-09-20", "2021-09-15", "2021-09-17", "online", Status.HELD, "expert dialogue"),
    (
        "004",
        "2024-05-08",
        "2024-05-14",
        None,
        "Tashkent",
        Status.ANNOUNCED,
        "first meeting of the Regional Expert Council",
    ),
    ("004", None, "2024-05-14", None, "Tashkent", Status.ANNOUNCED, "first meeting of the Regional Expert Council"),
]


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared seed documents are not here")
@pytest.mark.parametrize("case", SEEDED)
def test_the_seeds(case):
    number, published, start, end, place, status, name = case
    text = seed(number)
    event = one(text, published=published)
    assert (event.start.value, event.end and event.end.value) == (start, end)
    assert (event.place, event.status, event.kind) == (place, status, Kind.MEETING)
    assert name in event.name
    assert text[event.quote_start : event.quote_end] == event.quote
    assert any("OSCE" in each for each in event.organisers)


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared seed documents are not here")
def test_a_day_without_a_year_stays_unknown_where_nothing_tells_it():
    assert one(seed("000"), published=None).start is None


SAID = [
    (
        "ru",
        "Конференция по реинтеграции возвращенцев из зон конфликтов состоится 15 мая в Бишкеке.",
        "2024-05-15",
        None,
        "Bishkek",
        "announced",
    ),
    (
        "ru",
        "С 15 по 17 апреля в Душанбе прошёл тренинг для психологов, работающих с семьями из Сирии.",
        "2024-04-15",
        "2024-04-17",
        "Dushanbe",
        "held",
    ),
    ("ru", "Семинар в Алматы, намеченный на 20 мая, отменён.", "2024-05-20", None, "Almaty", "cancelled"),
    (
        "uz",
        "14-may kuni Toshkentda reabilitatsiya va reintegratsiya boʻyicha xalqaro konferensiya boʻlib oʻtadi.",
        "2024-05-14",
        None,
        "Tashkent",
        "announced",
    ),
    (
        "uz",
        "Тошкентда 14 май куни қайтганлар реинтеграцияси бўйича анжуман бўлиб ўтди.",
        "2023-05-14",
        None,
        "Tashkent",
        "held",
    ),
    (
        "kk",
        "Астанада 30 сәуірде қайтып оралғандарды оңалту жөніндегі диалог өтті.",
        "2024-04-30",
        None,
        "Astana",
        "held",
    ),
    (
        "ky",
        "Бишкекте 20-майда кайтып келгендерди реинтеграциялоо боюнча конференция өтөт.",
        "2024-05-20",
        None,
        "Bishkek",
        "announced",
    ),
    (
        "tg",
        "Дар Душанбе 25 апрел конфронси минтақавӣ оид ба барқарорсозӣ баргузор шуд.",
        "2024-04-25",
        None,
        "Dushanbe",
        "held",
    ),
    (
        "fr",
        "Une conférence sur la réintégration des rapatriés aura lieu le 14 mai à Tachkent.",
        "2024-05-14",
        None,
        "Tashkent",
        "announced",
    ),
    (
        "de",
        "Vom 15. bis 17. April fand in Wien eine Tagung über Rückkehrer aus Syrien statt.",
        "2024-04-15",
        "2024-04-17",
        "Vienna",
        "held",
    ),
    (
        "en",
        "A workshop for judges will be held in Osh from September 15-17, 2024.",
        "2024-09-15",
        "2024-09-17",
        "Osh",
        "announced",
    ),
    (
        "en",
        "The forum opens on 30 May and ends on 2 June; the conference from 30 May to 2 June will be held in Samarkand.",
        "2024-05-30",
        "2024-06-02",
        "Samarkand",
        "announced",
    ),
    (
        "en",
        "The seminar planned for 20 May has been postponed from 20 May to 12 June, the office in Vienna said.",
        "2024-06-12",
        None,
        "Vienna",
        "moved",
    ),
    ("en", "A conference on returnees opened in Dushanbe today.", "2024-05-08", None, "Dushanbe", "held"),
    (
        "en",
        "The trial of four men who returned from Syria opened on 6 May 2024 in Almaty.",
        "2024-05-06",
        None,
        "Almaty",
        "held",
    ),
    (
        "en",
        "On 30 April a flight brought 24 women and 69 children from Syria to Tashkent.",
        "2024-04-30",
        None,
        "Tashkent",
        "held",
    ),
]


@pytest.mark.parametrize(("language", "text", "start", "end", "place", "status"), SAID)
def test_what_a_sentence_says(language, text, start, end, place, status):
    published = "2023-05-16" if start.startswith("2023") else "2024-05-08"
    event = one(text, language, published)
    assert (event.start.value, event.end and event.end.value, event.place, event.status.value) == (
        start,
        end,
        place,
        status,
    )
    assert text[event.quote_start : event.quote_end] == event.quote


NONE = [
    "The law was signed on 14 May 2024 in Tashkent.",
    "The Council was inaugurated at a conference in March 2022.",
    "On 3 May a flight brought tourists home from a holiday.",
    "The meeting was useful, said the ambassador.",
]


@pytest.mark.parametrize("text", NONE)
def test_a_date_alone_is_no_event(text):
    assert events(None, text, "en", day("2024-05-15")) == ()


def test_background_is_no_event_and_a_next_one_is():
    text = (
        "The second meeting of the council was held on 6 May in Astana. "
        "The first meeting was held on 14 May 2023 in Tashkent. "
        "A training course for psychologists will be held on 20 June in Osh."
    )
    found = events(None, text, "en", day("2024-05-08"))
    assert [(each.start.value, each.status) for each in found] == [
        ("2024-05-06", Status.HELD),
        ("2024-06-20", Status.ANNOUNCED),
    ]


def test_the_year_turns_with_the_publication():
    text = "The conference on returnees will be held on 15 January in Almaty."
    event = one(text, published="2024-12-20")
    assert (event.start.value, event.start.origin) == ("2025-01-15", "text+published")
    [seen] = events(None, text, "en", None, datetime(2024, 12, 21, tzinfo=UTC))
    assert (seen.start.value, seen.start.origin) == ("2025-01-15", "text+sighting")


def test_an_event_of_the_headline():
    [event] = events("Conference on returnees in Astana on 20 May", "Details will follow.", "en", day("2024-05-08"))
    assert (event.field, event.place, event.status) == (Field.TITLE, "Astana", Status.ANNOUNCED)


@given(st.text(max_size=300), st.sampled_from(["en", "ru", "uz", "kk", "ky", "tg", "fr", "de", "tr", None]))
def test_any_text_can_be_read(text, language):
    for noise in (text, f"The meeting on 14 May {text} in Tashkent 15-17 мая"):
        for event in events(text[:50], noise, language, day("2024-05-08")):
            held = noise if event.field is Field.TEXT else text[:50]
            assert held[event.quote_start : event.quote_end] == event.quote


NAMES = [
    (
        "en",
        "The office will host a cross-regional dialogue on the rehabilitation of returnees in Astana on 20 May.",
        "cross-regional dialogue on the rehabilitation of returnees",
    ),
    (
        "en",
        "The Third Meeting of the Regional Expert Council takes place on 20 May.",
        "Third Meeting of the Regional Expert Council",
    ),
    (
        "kk",
        "Астанада 20 мамырда «Сириядан оралған әйелдерді оңалту» атты семинар өтеді.",
        "Сириядан оралған әйелдерді оңалту",
    ),
    (
        "uz",
        "20-may kuni Toshkentda ekspertlar kengashining uchinchi yigʻilishi oʻtkaziladi.",
        "ekspertlar kengashining uchinchi yigʻilishi",
    ),
    ("de", "Am 20. Mai findet in Wien die dritte Sitzung des Expertenrats statt.", "Sitzung des Expertenrats"),
]


@pytest.mark.parametrize(("language", "text", "name"), NAMES)
def test_what_it_is_called(language, text, name):
    assert one(text, language).name == name


def test_who_holds_it():
    text = "A forum will be held in Osh on 20 May. It is organized by the ISRS, UNOCT and the OSCE."
    assert one(text).organisers == ("ISRS", "UNOCT", "OSCE")
    assert one("20 мая в Оше пройдёт форум. Организаторами выступили ОБСЕ и ЮНИСЕФ.", "ru").organisers == (
        "OSCE",
        "UNICEF",
    )
