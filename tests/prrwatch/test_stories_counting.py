"""What a story counts and measures, in digits and words; where it happened; which day and month it is about."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import stories
from prrwatch.document import Dated, Precision
from prrwatch.prose import prose
from prrwatch.stories import Rarity, Telling
from prrwatch.stories.counting import counts
from prrwatch.stories.days import months
from prrwatch.stories.gazetteer import cities, countries, series


def taken(text, language="en", published=None):
    at = published and Dated(datetime.fromisoformat(published).replace(tzinfo=UTC), Precision.DAY, published, "feed")
    return stories.fingerprint(Telling(None, text, language, at or None), Rarity())


def reasons(one, other):
    return {reason.words: reason.weight for reason in stories.likeness(one, other).reasons}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A court sentenced the 36-year-old woman to four years and three months in prison."),
        ("de", "Das Gericht verurteilte die 36-jährige Frau zu vier Jahren und drei Monaten Haft."),
        ("fr", "Le tribunal a condamné cette femme de 36 ans à quatre ans et trois mois de prison."),
        ("ru", "Суд приговорил 36-летнюю женщину к четырём годам и трём месяцам лишения свободы."),
        ("uz", "Sud 36 yoshli ayolni toʻrt yil uch oyga ozodlikdan mahrum qildi."),
        ("kk", "Сот 36 жастағы әйелді төрт жыл үш айға бас бостандығынан айырды."),
        ("ky", "Сот 36 жаштагы аялды төрт жыл үч айга эркинен ажыратты."),
        ("tg", "Суд зани 36-соларо ба чор сол ва се моҳ аз озодӣ маҳрум кард."),
        ("uk", "Суд засудив 36-річну жінку на чотири роки та три місяці."),
    ],
)
def test_an_age_and_a_term_are_the_same_in_every_language(language, text):
    assert {"y36", "y4", "m3"} <= counts(prose(text), language)


def test_turkish_ages_terms_and_thousands():
    assert counts(prose("Mahkeme 36 yaşındaki kadını dört yıl hapis cezasına çarptırdı."), "tr") == {"y36", "y4"}
    assert counts(prose("Mahkeme kadına dört yıl üç ay hapis cezası verdi."), "tr") == {"y4", "m3"}
    assert counts(prose("Üç aylık kursa 24 kadın katıldı."), "tr") == {"m3", "#24"}
    assert counts(prose("Kampta 10 bin 390 aileden 35 bin 215 kişi yaşıyor."), "tr") == {"#10390", "#35215"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عادت اثنتا عشرة امرأة وسبعة وعشرون طفلاً إلى البلاد.", {"#12", "#27"}),
        ("استعادت الدولة أربع نساء و13 طفلاً من المخيم.", {"#4", "#13"}),
        ("غادر المخيم ثلاثون شخصاً خلال الشهر.", {"#30"}),
        ("حكمت المحكمة بالسجن خمسة عشر عاماً.", {"y15"}),
        ("عقد الاجتماع في القاعة.", set()),
    ],
)
def test_arabic_numbers_in_words(text, expected):
    assert counts(prose(text), "ar") == expected


def test_an_age_behind_a_name_is_no_count():
    assert counts(prose("Oyniso, 58, waited for 14 women."), "en") == {"y58", "#14"}


@given(st.text(max_size=200), st.sampled_from(["ar", "tr", "uk", "en", "xx", None]))
def test_any_text_counts_something_or_nothing(text, language):
    assert all(fact[0] in "#ym" and int(fact[1:]) > 1 for fact in counts(prose(text), language))


@pytest.mark.parametrize("text", ["По данным следствия", "свидетельство о рождении", "финансирование проекта"])
def test_ordinary_words_are_no_places(text):
    assert cities(prose(f"Сообщили {text} в городе.")) == ()
    assert countries(prose(f"Сообщили {text} в городе.")) == ()


@pytest.mark.parametrize("text", ["a transfer of 12 families", "the mosque was opened", "a cable from the embassy"])
def test_nor_are_english_ones(text):
    assert cities(prose(f"They reported {text} today.")) == ()


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("وصلت الطائرة إلى خجند مساء.", "khujand"),
        ("قررت محكمة في كوبلنتس بألمانيا.", "koblenz"),
        ("Газиантептеги иш-чара бүттү.", "gaziantep"),
        ("Dans la ville de Coblence, le tribunal a jugé.", "koblenz"),
        ("Хоразм вилоятида курс бошланди.", "urgench"),
    ],
)
def test_towns_in_other_letters_and_regions_by_their_seat(text, city):
    assert cities(prose(text)) == (city,)


def test_where_a_journey_began_does_not_contradict_where_it_ended():
    handed_over = taken("A delegation took 41 citizens over in Qamishli.")
    landed = taken("Самолёт с гражданами приземлился в Худжанде.", "ru")
    elsewhere = taken("Самолёт с гражданами приземлился в Бишкеке.", "ru")
    against = min(reasons(landed, elsewhere).values())
    assert min(reasons(handed_over, landed).values()) > against


def test_an_operation_before_a_day_is_not_counted():
    assert series(prose("В ходе операции «Жусан» 7 и 9 мая вывезены граждане.")) == {}
    assert series(prose("В ходе операции «Жусан-4» вывезены граждане.")) == {"jusan": (4,)}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Un peu plus de 2 200 personnes vivaient fin juin dans le camp.", {6}),
        ("tr", "Yönetim haziran ayı verilerini paylaştı.", {6}),
        ("en", "They may march again; figures for June.", {6}),
        ("en", "It was held on 3 June.", set()),
    ],
)
def test_the_month_of_a_bulletin(language, text, expected):
    assert months(prose(text), language) == expected


def test_bulletins_of_two_months_are_apart():
    june = taken("At the end of June people lived in the camp.")
    july = taken("Fin juillet, des personnes vivaient dans le camp.", "fr")
    again = taken("Fin juin, des personnes vivaient dans le camp.", "fr")
    assert stories.likeness(june, july).score < stories.likeness(june, again).score
    assert "month 6" in stories.likeness(june, again).why


def test_a_weekday_of_an_announcement_is_the_day_written_out():
    told = taken("В среду впервые соберётся совет. Заседание пройдёт 12 февраля.", "ru", "2025-02-10")
    assert [(day.month, day.day) for day in told.main] == [(2, 12)]


def test_a_day_weeks_before_is_what_went_before():
    told = taken("The President signed the law that parliament passed on 29 May 2025.", published="2025-07-03")
    assert told.main == ()
    assert [(day.month, day.day) for day in told.days] == [(5, 29)]


def test_the_accused_of_another_age_is_another():
    one = taken("The court in Koblenz sentenced the 36-year-old woman on 6 May 2025.")
    other = taken("Das Gericht in Koblenz verurteilte am 6. Mai 2025 die 31-jährige Frau.", "de")
    same = taken("Das Gericht in Koblenz verurteilte am 6. Mai 2025 die 36-jährige Frau.", "de")
    assert stories.likeness(one, other).score < stories.likeness(one, same).score - 2
    assert "36 years" in stories.likeness(one, same).why


def test_what_each_leads_with_tells_two_events_of_one_camp_apart():
    returned = "On 1 July 2025 {} took 13 children home from the camp."
    one = taken(returned.format("France"))
    camp = "Le camp compte 1466 mineurs. Il manque des médecins. {}"
    same, other = (
        "La France a rapatrié 13 enfants le 1er juillet 2025.",
        camp.format("Le 1er juillet 2025, 13 sont rentrés."),
    )
    likely, doubtful = (stories.likeness(one, taken(text, "fr")) for text in (same, other))
    assert likely.score > doubtful.score + 1
