"""Late evidence: a document may show that two stories are one; look-alikes never become one by it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from prrwatch import stories
from prrwatch.document import Dated, Precision
from prrwatch.stories import Candidate, Rarity, Telling

EVENTS = Path(__file__).parents[1] / "eval_stories" / "cases" / "events.jsonl"
TRIAL = "trial-bishkek-same-day-12-march"


def telling(text, language="en", title=None, published=None):
    at = published and Dated(datetime.fromisoformat(published).replace(tzinfo=UTC), Precision.DAY, published, "feed")
    return Telling(title, text, language, at or None)


def candidate(text, story="s-1", **more):
    return Candidate(story, text, stories.sketch(text), stories.fingerprint(telling(text, **more), Rarity()))


@pytest.fixture(scope="module")
def trial():
    rows = [json.loads(line) for line in EVENTS.read_text(encoding="utf-8").splitlines()]
    found = [row for row in rows if row["event"] == TRIAL]
    return [(row["id"], telling(row["text"], row["language"], row["title"], row["published"])) for row in found]


def test_a_later_document_joins_two_stories(trial):
    release, (key, told), rewrite = trial
    retelling = key, replace(told, title=None, published=None)  # too little to tell that it is about the same trial
    apart = stories.group_tellings([retelling, rewrite])
    assert apart[0].story != apart[1].story
    joined = stories.group_tellings([retelling, rewrite, release])
    assert {each.story for each in joined} == {apart[0].story}


def test_the_order_in_which_documents_come_makes_no_difference(trial):
    Random(3).shuffle(trial)
    assert len({each.story for each in stories.group_tellings(trial)}) == 1


FORM = "The {} meeting of the Regional Expert Council on returnees was held in Tashkent on {} by UNDP and the OSCE."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FORM.format("first", "27 November 2024"), FORM.format("second", "27 November 2024")),
        (FORM.format("yearly", "27 November 2023"), FORM.format("yearly", "26 November 2024")),
        (FORM.format("monthly", "3 March 2024"), FORM.format("monthly", "9 April 2024")),
        (
            "Миссия «Айкөл-3» завершена, сообщил Токтосунов: возвращены 99 граждан.",
            "Миссия «Айкөл-5» завершена, сообщил Токтосунов: возвращены 18 граждан.",
        ),
    ],
)
def test_a_document_that_tells_both_does_not_join_look_alikes(one, other):
    both = candidate(f"{one} {other}")
    assert not stories.one_event([both, candidate(one)], [candidate(other, "s-2")])


def test_a_document_is_a_stray_when_all_others_contradict_it():
    third = candidate(FORM.format("third", "27 November 2024"))
    fourth = candidate(FORM.format("fourth", "3 March 2025"))
    assert stories.is_stray(fourth, [third])
    assert not stories.is_stray(third, [third])
    assert not stories.is_stray(fourth, [third, fourth])


def test_without_fingerprints_nothing_is_said():
    bare = Candidate("s-1", "a", stories.sketch("a"))
    assert not stories.one_event([bare], [bare])
    assert not stories.is_stray(bare, [bare])


LETTER = (
    "Relatives of detainees in Osh were told by letter that the hearing of Toktosunov is near, said the committee for "
    "lawyers {}."
)
VISIT = (
    "A committee for lawyers wants doctors to see the wing in Osh where relatives of Sadyrbekova are held and told {}."
)
BRIDGE = (
    "The committee for lawyers said in Osh that relatives of Toktosunov and Sadyrbekova were told by letter; doctors "
    "see the wing where detainees are held before the hearing."
)


def test_two_grown_stories_are_one_only_when_they_are_alike_on_the_whole():
    ends = ("today", "soon", "later", "again")
    some, others = ([candidate(text.format(end)) for end in ends] for text in (LETTER, VISIT))
    both = candidate(BRIDGE)
    assert stories.one_event([both, *some], others[:2])
    assert not stories.one_event([both, *some], others)


def likeness(one, other):
    return stories.likeness(candidate(one).fingerprint, candidate(other).fingerprint)


def test_one_number_against_another_says_less_than_several_against_several():
    text = "{} women came home to Osh, said the committee for lawyers."
    single = likeness(text.format(31), text.format(47)).score
    several = likeness(f"{text.format(31)} 16 were flown.", f"{text.format(47)} 29 were flown.").score
    assert single - several == pytest.approx(2.0, abs=0.5)


@pytest.mark.parametrize(("mine", "theirs"), [("On 3 May 2024", "On 12 May 2024"), ("In Kulob", "In Bokhtar")])
def test_one_number_against_another_says_as_much_where_days_or_places_speak_against_too(mine, theirs):
    text = "women came home to their families, said the committee for lawyers of the region."
    single = likeness(f"{mine} 31 {text}", f"{theirs} 47 {text}").score
    several = likeness(f"{mine} 31 {text} 16 were flown.", f"{theirs} 47 {text} 29 were flown.").score
    assert single - several < 1.0


def test_wording_that_is_much_alike_makes_one_event_only_where_no_day_speaks_against_it():
    text = (
        "{}Doctors, teachers and lawyers visit the wing in which the relatives of the detainees wait for their hearing."
    )
    assert likeness(text.format("In short: "), text.format("Once more: ")).score > stories.SAME_EVENT
    assert likeness(text.format("On 3 May 2024 "), text.format("On 7 June 2024 ")).score < stories.SAME_EVENT
