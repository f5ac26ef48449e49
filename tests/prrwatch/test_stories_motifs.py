"""What a report is about, and when and where, where two texts share no words."""

import tomllib
from datetime import UTC, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import stories
from prrwatch.document import Dated, Precision
from prrwatch.prose import prose
from prrwatch.stories import Rarity, Telling
from prrwatch.stories.motifs import motifs

HEADS = tomllib.loads((resources.files("prrwatch.stories") / "words" / "motifs.toml").read_text("utf-8"))["motifs"]


def taken(text, language="en", published=None):
    at = published and Dated(datetime.fromisoformat(published).replace(tzinfo=UTC), Precision.DAY, published, "feed")
    return stories.fingerprint(Telling(None, text, language, at or None), Rarity())


def score(one, other):
    return stories.likeness(one, other).score


def touched(text):
    return set(motifs(prose(text)))


@pytest.mark.parametrize(
    "text",
    [
        "The plane with women and children landed at the airport.",
        "Самолёт с женщинами и детьми приземлился в аэропорту.",
        "Ayollar va bolalar bilan samolyot aeroportga qoʻndi.",
        "Әйелдер мен балалар мінген ұшақ әуежайға қонды.",
        "Аялдар менен балдар түшкөн учак аэропортко конду.",
        "Ҳавопаймо бо занону кӯдакон ба фурудгоҳ фуруд омад.",
        "Das Flugzeug mit Frauen und Kindern ist gelandet.",
        "L'avion avec des femmes et des enfants a atterri.",
        "Kadın ve çocukları taşıyan uçak havalimanına indi.",
        "هبطت الطائرة التي تقل النساء والأطفال في المطار.",
    ],
)
def test_a_flight_is_one_in_ten_languages(text):
    assert "flight" in touched(text)
    assert "trial" not in touched(text)


@pytest.mark.parametrize("motif", HEADS)
def test_no_head_stands_for_two_motifs(motif):
    mine = {head.casefold() for head in HEADS[motif]}
    assert mine
    assert not any(mine & {head.casefold() for head in heads} for other, heads in HEADS.items() if other != motif)


@given(st.text(max_size=60))
def test_any_text_has_motifs_or_none(text):
    assert set(motifs(prose(text))) <= HEADS.keys()


def test_what_it_is_about_speaks_across_languages_only():
    trial = taken("Суд в Бишкеке приговорил жительницу Оша: прокурор просил пять лет.", "ru", "2026-03-02")
    told = "in Bishkek: a woman of Osh, said {}."
    heard = taken(f"The court heard the defendant {told.format('the prosecutor; sentenced')}", "en", "2026-03-02")
    taught = taken(f"The training of teachers {told.format('a trainer; the course ends')}", "en", "2026-03-02")
    assert score(trial, heard) - score(trial, taught) > 1.5
    assert "trial" in stories.likeness(trial, heard).why


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("The course in Aktobe ended today with a ceremony.", "en", [(2026, 3, 5)]),
        ("Bugun Toshkentda konferensiya ochildi.", "uz", [(2026, 3, 5)]),
        ("Самолёт прибыл в Душанбе в среду.", "ru", [(2026, 3, 4)]),
        ("Uçak salı günü Bişkek'e indi.", "tr", [(2026, 3, 3)]),
        # The flight before is told to compare: it is not the day of this one.
        ("Второй рейс с женщинами приземлился в Душанбе. Предыдущим рейсом, 9 февраля, прибыл 41 человек.", "ru", []),
    ],
)
def test_the_day_of_the_event_by_what_stands_around_it(text, language, days):
    assert [tuple(day) for day in taken(text, language, "2026-03-05").main] == days


def test_news_that_recall_an_older_day_are_news_of_their_own():
    vote = "On 29 May 2025 parliament in Bishkek passed the law on returnees, said deputies of the committee."
    passed = taken(vote, published="2025-05-29")
    again = taken(f"{vote} It said so in a release.", published="2025-05-30")
    signed = taken(f"The president signed it. {vote}", published="2025-07-03")
    assert score(passed, again) > stories.SAME_EVENT
    assert score(passed, again) - score(passed, signed) > 2


def test_towns_that_each_leads_with_tell_two_courses_apart():
    course = (
        "The OSCE held a course for teachers in {}. It lasts a week. Its trainers are doctors. The first was in Batken."
    )
    assert taken(course.format("Talas")).cities == ("talas", "batken")  # OSCE is not "in Osh"
    apart = stories.likeness(taken(course.format("Osh")), taken(course.format("Talas")))
    alike = stories.likeness(taken(course.format("Osh")), taken(course.format("Osh")))
    assert alike.score - apart.score > 1.5
    assert min(reason.weight for reason in apart.reasons) < -1.0
