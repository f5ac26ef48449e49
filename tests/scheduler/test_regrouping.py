"""Late evidence through the whole walk: two stories become one, an edited document leaves; nobody is told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from newsroom import DAY, Article, Newsroom

from prrwatch.alert import AlertKind
from prrwatch.errors import StoreError
from storage import check, judging, outbox, people, regrouping, stories
from storage.reading import names

LEAD = (
    "A court in Bishkek has given a woman who was brought back from a camp in north-east Syria six years on probation "
    "for mercenarism, against the eight years in a colony that the prosecutor Nurlan Toktosunov had asked for. She "
    "stays free under supervision and takes part in the state's rehabilitation programme for returnees, together with "
    "her daughter, who goes to school again."
)
FIRST = Article(LEAD, "Returnee from Syria stays free under supervision")
SECOND = Article(
    "12 марта 2026 года Первомайский суд Бишкека приговорил к шести годам условно женщину, возвращённую из лагеря в "
    "Сирии. Гособвинитель требовал восемь лет. Осуждённая проходит программу реабилитации "
    "возвращенцев из зон боевых действий.",
    "Приговор возвращённой из Сирии",
    datetime(2026, 3, 12, tzinfo=UTC),
    "ru",
)
BOTH = Article(
    f"On 12 March 2026 the Pervomaisky court of Bishkek sentenced the returnee. {LEAD}",
    "Court in Bishkek sentences returnee from Syria",
    datetime(2026, 3, 13, tzinfo=UTC),
)


@pytest.fixture
def room(tmp_path):
    room = Newsroom(tmp_path).begin()
    room.read_all(nothing="The weather stays fine.")
    yield room
    room.end()


def story_of(room, source, name):
    return room.walk.store.query(
        "SELECT story FROM memberships JOIN documents ON documents.id = document WHERE url = ?",
        (f"https://{source}.example.org/a/{name}",),
    )[0][0]


def test_a_document_that_tells_two_stories_makes_them_one_and_nobody_is_told_again(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    kept, gone = story_of(room, "one", "first"), story_of(room, "two", "second")
    assert kept != gone
    outbox.lease(room.walk.store, room.now, 10, 60)  # both messages are on their way
    room.read("three", both=BOTH)
    assert {story_of(room, *each) for each in (("one", "first"), ("two", "second"), ("three", "both"))} == {kept}
    assert [each.stories for each in room.told(AlertKind.NEW)] == [(kept,), (gone,)]
    store = room.walk.store
    assert [row["story"] for row in store.query("SELECT story FROM stories_now")] == [kept]
    assert stories.story(store, gone) == stories.story(store, kept)
    assert stories.told(store, kept) == {"all"}
    [merged] = store.query("SELECT * FROM story_merges")
    assert (merged["gone"], merged["survivor"], merged["by"]) == (gone, kept, "evidence")
    assert "three.example.org/a/both tells both" in merged["why"]
    assert check.check(store) == ()
    room.again().read("four", copied=replace(SECOND, title="Опять"))
    assert story_of(room, "four", "copied") == kept
    assert len(room.told(AlertKind.NEW)) == 2


def test_the_message_about_the_younger_story_is_not_sent_when_nobody_began_to(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    room.read("three", both=BOTH)
    assert [each.stories for each in room.told(AlertKind.NEW)] == [(story_of(room, "one", "first"),)]


def test_an_old_message_about_the_younger_story_hides_the_same_names(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    kept, gone = story_of(room, "one", "first"), story_of(room, "two", "second")
    regrouping.merge(room.walk.store, kept, gone, "the same court", room.now)
    assert people.hidden_in(room.walk.store, gone) == people.hidden_in(room.walk.store, kept)
    assert names.hidden_in(room.walk.store, [gone]) == names.hidden_in(room.walk.store, [kept])


def test_what_a_person_took_apart_late_evidence_does_not_join(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    store = room.walk.store
    kept, gone = story_of(room, "one", "first"), story_of(room, "two", "second")
    [document] = [each.document for each in stories.story(store, gone).members]
    stories.merge(store, kept, gone, "I think so", room.now)
    assert stories.move(store, document, None, "no, two trials", room.now) not in (kept, gone)
    room.read("three", both=BOTH)
    assert story_of(room, "two", "second") not in (kept, gone)
    assert store.number("SELECT count(*) FROM story_merges") == 1


MEETING = (
    "The {turn} meeting of the Regional Expert Council on the rehabilitation and reintegration of returnees from "
    "Syria was held in {town} on {day} March 2026. {more}"
)


def test_an_edited_document_that_counts_itself_apart_leaves_its_story_and_is_news(room):
    told = MEETING.format(turn="third", town="Tashkent", day=3, more="Experts of five states spoke about schools.")
    room.read("one", council=told)
    room.read("two", council=told.replace("Experts", "Twenty experts"))
    shared = story_of(room, "one", "council")
    assert story_of(room, "two", "council") == shared
    room.now += DAY
    room.read(
        "two", council=MEETING.format(turn="fourth", town="Astana", day=4, more="Judges from Astana told of 17 trials.")
    )
    left = story_of(room, "two", "council")
    assert (story_of(room, "one", "council"), left != shared) == (shared, True)
    [past] = room.walk.store.query("SELECT * FROM past_memberships")
    assert (past["story"], past["moved_to"], past["moved_by"]) == (shared, left, "evidence")
    assert [each.stories for each in room.told(AlertKind.NEW)] == [(shared,), (left,)]
    assert check.check(room.walk.store) == ()


def test_who_was_told_of_a_document_is_told_of_the_story_that_it_is_moved_to(room):
    room.read("one", first=FIRST)
    room.read("two", copied=FIRST)
    store, shared = room.walk.store, story_of(room, "one", "first")
    opener, copy = (each.document for each in stories.story(store, shared).members)
    room.now += DAY
    later = stories.move(store, copy, None, "another woman", room.now)
    assert stories.told(store, later) == set()  # the copy came after the message
    room.now += DAY
    assert stories.move(store, opener, later, "she too", room.now) == shared  # the last one takes its story along
    assert stories.told(store, shared) == {"all"}
    assert (stories.surviving(store, later), check.check(store)) == (shared, ())
    room.now += DAY
    away = stories.move(store, opener, None, "no", room.now)
    assert stories.told(store, away) == {"all"}
    assert [row["why"] for row in store.query("SELECT why FROM memberships")] == ["first", "first"]


def test_doing_it_twice_is_doing_it_once_and_what_is_unknown_is_said(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    store = room.walk.store
    kept, gone = story_of(room, "one", "first"), story_of(room, "two", "second")
    assert [stories.merge(store, gone, kept, "one", room.now) for _ in range(2)] == [kept, kept]
    assert store.number("SELECT count(*) FROM story_merges") == 1
    with pytest.raises(StoreError, match="there is no story s-nobody"):
        stories.merge(store, kept, "s-nobody", "", room.now)
    with pytest.raises(StoreError, match="document 999 belongs to no story"):
        stories.move(store, 999, None, "", room.now)


def test_an_edit_that_brings_a_story_to_another_merges_the_two(room):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    room.now += DAY
    room.read("two", second=replace(BOTH, text=BOTH.text + " Her lawyer will not appeal."))
    assert story_of(room, "one", "first") == story_of(room, "two", "second")
    assert check.check(room.walk.store) == ()


def test_documents_are_taken_out_together_and_nobody_is_told_again(room):
    for source in ("one", "two", "three"):
        room.read(source, first=FIRST)
    store, shared = room.walk.store, story_of(room, "one", "first")
    opener, *copies = (each.document for each in stories.story(store, shared).members)
    room.now += DAY
    fresh = stories.split(store, shared, copies, "another woman", room.now)
    assert [each.document for each in stories.story(store, fresh).members] == copies
    assert [each.document for each in stories.story(store, shared).members] == [opener]
    assert len(room.told(AlertKind.NEW)) == 1
    assert check.check(store) == ()
    with pytest.raises(StoreError, match="some must stay"):
        stories.split(store, fresh, copies, "", room.now)
    with pytest.raises(StoreError, match=f"document {opener} does not belong"):
        stories.split(store, fresh, [opener], "", room.now)


def test_a_story_that_was_merged_while_a_document_was_judged_takes_the_document_along(room, monkeypatch):
    room.read("one", first=FIRST)
    room.read("two", second=SECOND)
    store = room.walk.store
    kept, gone = story_of(room, "one", "first"), story_of(room, "two", "second")
    record = judging.record

    def record_late(*arguments):
        stories.merge(store, kept, gone, "somebody else did", room.now)
        record(*arguments)

    monkeypatch.setattr(judging, "record", record_late)
    room.read("three", copied=SECOND)
    assert story_of(room, "three", "copied") == kept
    assert check.check(store) == ()


COUNCIL = (
    "The meeting of the Regional Expert Council on the rehabilitation and reintegration of returnees from Syria "
    "will be held in Tashkent on 14 March 2026. Experts of five states speak about schools."
)
MOTHERS = (
    "Mothers who were brought home from the camp al-Hol call for help. A seminar for 40 women who were repatriated "
    "from Syria, and for their psychologists, will be held in Osh on 14 March 2026, the foundation Meerim said."
)


def test_the_events_of_merged_stories_are_one_under_the_token_that_was_given_first(room):
    room.read("one", council=COUNCIL)
    room.read("two", council=MOTHERS)
    store = room.walk.store
    kept, gone = story_of(room, "one", "council"), story_of(room, "two", "council")
    assert kept != gone
    first, _ = (row["event"] for row in store.query("SELECT event FROM events ORDER BY opened"))
    regrouping.merge(store, kept, gone, "the town was wrong", room.now)
    [event] = store.query("SELECT * FROM events")
    assert (event["event"], event["documents"]) == (first, 2)
