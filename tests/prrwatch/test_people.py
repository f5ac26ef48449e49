"""Who is named in a document, and how private names are covered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.escape import web_url
from prrwatch.people import cover, hidden, people
from prrwatch.person import Standing
from prrwatch.source import Kind
from prrwatch.verdict import Field


def covered(text, language, kind=Kind.MEDIA, title=None):
    return cover(text, hidden([(kind, people(title, text, language))]))


#: Own sentences: what is covered of them, in the order of the text. Nothing else may be.
CASES = [
    ("en", "Zarina Ahmadova, 34, returned from al-Hol with her son Ali, 7.", "Zarina Ahmadova Ali"),
    ("en", "Foreign Minister Vladimir Norov met the women in Tashkent.", ""),
    ("en", "The children's ombudsman for Uzbekistan Aliya Yunusova welcomed the families.", ""),
    ("en", "Jennifer Wallace of Human Rights Watch said that repatriation matters.", ""),
    ("en", "Researcher Vera Mironova interviewed a returnee named Madina in Bishkek.", "Madina"),
    ("en", "Mother Returned From Syria Tells Her Story", ""),
    ("en", "Shamima Begum Loses Appeal Over Citizenship", "Shamima Begum"),
    ("en", "A court in Oslo sentenced Sara, who was repatriated from Roj in January.", "Sara"),
    ("en", "The OSCE Transnational Threats Department and the Ministry of Foreign Affairs of Uzbekistan met.", ""),
    ("en", "President Sadyr Japarov said that Kyrgyzstan would bring home more children from Syria.", ""),
    ("en", "Her daughter Lalo was born in Raqqa.", "Lalo"),
    ("ru", "Суд приговорил Алишера Каримова к десяти годам колонии.", "Алишера Каримова"),
    ("ru", "Уполномоченная по правам ребёнка Хеда Саратова сообщила о возвращении детей.", ""),
    ("ru", "Зарине Магомедовой вернули сына. Магомедова плакала.", "Зарине Магомедовой Магомедова"),
    ("ru", "Снова вернули 40 женщин. Слова министра. В Ростове прошла встреча. Операция «Мехр» завершена.", ""),
    ("ru", "Президент Шавкат Мирзиёев поручил помочь семьям.", ""),
    ("ru", "Мадина Т. рассказала, как жила в лагере Рож.", "Мадина"),
    ("ru", "Мария Львова-Белова передала детей родственникам.", ""),
    ("kk", "Сириядан оралған Айгүл есімді әйел үйіне келді.", "Айгүл"),
    ("kk", "Министр Ерлан Тұрғымбаев балалар туралы айтты.", ""),
    ("ky", "Сириядан кайткан Айгүл Асанова үйүнө келди. Анын кызы Амина мектепке барды.", "Айгүл Асанова Амина"),
    ("uz", "Surayyo ismli ayol Suriyadan qaytarildi. Uning o‘g‘li Muhammad 5 yoshda.", "Surayyo Muhammad"),
    ("tg", "Президенти Тоҷикистон Эмомалӣ Раҳмон дар бораи кӯдакон гуфт.", ""),
    ("de", "Die Rückkehrerin Leonora M. wurde verurteilt. Ihre Tochter Amina lebt in Berlin.", "Leonora Amina"),
    ("de", "Der Generalbundesanwalt Peter Frank erhob Anklage.", ""),
    ("fr", "Émilie König, 38 ans, a été mise en examen.", "Émilie König"),
    ("ar", "قالت أم عبدالله إنها عادت من مخيم الهول مع أطفالها.", "عبدالله"),
    ("ar", "وصلت مريم بنت أحمد إلى بغداد يوم الاثنين.", "مريم أحمد"),
    ("ar", "عادت امرأة تدعى أمل حسين إلى تونس.", "أمل حسين"),
    ("ar", "قالت السيدة هدى للصحفيين إن أولادها عادوا.", "هدى"),
    ("ar", "حكمت المحكمة على سعيد (27 عاما) بالسجن.", "سعيد"),
    ("ar", "وقال خالد بن لطفي إن العودة صعبة.", "خالد لطفي"),
    ("ar", "عاد عبد الرحمن الأحمد إلى بيته.", "عبد الرحمن الأحمد"),
    ("fa", "نرگس فرزند احمد از اردوگاه الهول بازگشت.", "نرگس احمد"),
    ("fa", "خانم امید گفت که برادرش بازگشته است.", "امید"),
    ("ar", "عادت الطفلة فاطمة مع والدتها إلى بغداد.", "فاطمة"),
]


@pytest.mark.parametrize(("language", "text", "private"), CASES)
def test_private_names_are_covered_and_nothing_else(language, text, private):
    shown = covered(text, language)
    assert len(shown) == len(text)
    lost = "".join(written for written, left in zip(text, shown, strict=True) if written != left)
    assert lost == "".join(private.split()).replace("-", "")


def test_a_name_is_covered_wherever_it_stands_in_its_document():
    text = "Zarina Ahmadova came home.\nMenu Home News\nAhmadova’s neighbours help. Ask Zarina."
    assert covered(text, "en").count("█") == len("ZarinaAhmadovaAhmadovasZarina")


def test_the_title_names_whom_the_text_names():
    text = "Lalo Karimova, 27, was sentenced in Tashkent."
    [person] = people("Karimova jailed", text, "en")
    assert person.standing is Standing.PRIVATE
    assert {mention.field for mention in person.mentions} == {Field.TITLE, Field.TEXT}


def test_a_child_stays_a_child_though_an_official_is_near():
    [child] = [
        each
        for each in people(None, "Minister Aziz Kadyrov met Amir, 9, in the centre.", "en")
        if each.standing is Standing.MINOR
    ]
    assert child.name == "Amir"


def test_what_an_official_source_published_stands():
    text = "Zarina Ahmadova was sentenced to ten years."
    ours, theirs = people(None, text, "en"), people(None, text, "en")
    assert hidden([(Kind.MEDIA, ours)])
    assert not hidden([(Kind.MEDIA, ours), (Kind.OFFICIAL, theirs)])


def test_an_official_is_not_covered_for_a_namesake():
    text = "Minister Aziz Kadyrov spoke. The returnee Dilnoza Kadyrova was silent."
    shown = covered(text, "en")
    assert "Aziz Kadyrov" in shown
    assert "Dilnoza" not in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/news/zarina-ahmadova-is-home", "https://a.example/news/██████-████████-is-home"),
        ("https://a.example/2026/ZarinaAhmadova?p=7", "https://a.example/2026/██████████████?p=7"),
        (
            "https://a.example/%D0%B7%D0%B0%D1%80%D0%B8%D0%BD%D0%B0/x",
            "https://a.example/████████████████████████████████████/x",
        ),
        ("https://a.example/tag#ахмадовой", "https://a.example/tag#█████████"),
        ("https://zarina.example/women-return/17", "https://zarina.example/women-return/17"),
    ],
)
def test_a_name_in_an_address_is_covered_in_any_form(address, shown):
    names = {"zarin", "ahmadov"}
    assert cover(f"See {address} for zarina.", names) == f"See {shown} for zarina."
    assert (web_url(cover(address, names)) is None) == ("█" in shown)


@given(st.text(max_size=300), st.sampled_from(["en", "ru", "de", "uz", None]))
def test_any_text_is_read_and_its_mentions_resolve(text, language):
    for person in people(text[:50], text, language):
        for mention in person.mentions:
            where = text[:50] if mention.field is Field.TITLE else text
            assert where[mention.start : mention.end].strip()
    assert len(cover(text, {"zarin", "ahmadov"})) == len(text)
    assert len(cover(f"http://x/{text}", {"zarin", "ahmadov"})) == len(f"http://x/{text}")


@pytest.mark.parametrize(
    "text",
    [
        "دعا الأمين العام إلى إعادة الأطفال من مخيم الهول، وقال إن الأمل كبير.",
        "أعلنت وزارة الخارجية في أبو ظبي عودة 12 طفلا من شمال شرق سوريا.",
        "كانت رحلة العودة صعبة على الأطفال أم أن الخوف كان أكبر؟",
        "دو فرزند خردسال او به خانه بازگشتند و امید دارند.",
        "هوا سرد می‌شود و آنان نان می‌پزند.",
    ],
)
def test_words_that_are_names_elsewhere_are_none_in_arabic_script(text):
    assert people(None, text, "ar") == ()


def test_a_name_is_covered_in_each_of_its_spellings_and_small_words_are_not():
    [person] = people(None, "عادت فاطمة بنت أحمد. وفاطمة أم لثلاثة، قال عبدالله.", "ar")[:1]
    covered = cover("وفاطمه بنت احمد أم", person.key)
    assert covered == "██████ بنت ████ أم"
