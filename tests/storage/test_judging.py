from __future__ import annotations

import pytest
from storage_world import DAY, HOUR, NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch.alert import Alert, AlertKind, Recipient
from prrwatch.source import Kind
from prrwatch.stories import sketch
from prrwatch.verdict import Entity, Phase
from storage import filing, jobs, judging, outbox, stories
from storage.records import Decision

ITEMS = tuple(item(n) for n in range(4))
TEXT = "The ministry said that forty women and children came home from the camps after long talks in the capital. "
PEOPLE = (Recipient("a@example.org", "a…"), Recipient("b@example.org", "b…"))


@pytest.fixture
def filed(store):
    job = jobs.job(store, source(), POLICY, (), NOW)
    read = [fetched(job.id, each, f"{TEXT} Number {n}.") for n, each in enumerate(ITEMS)]
    filing.file(store, [way_read(job.id, ITEMS), *read, done(job.id)], NOW)
    return store


def alert(token="token-0001", story="s-1", subscription="central-asia", kind=AlertKind.NEW):
    return Alert(token, kind, subscription, "analysts", (story,))


def decide(each, story="s-1", *, ruleset="rules-1", relevant=True, alerts=()):
    found = verdict(each.document.text, relevant=relevant, score=1.5 if relevant else 0.6, ruleset=ruleset)
    return Decision(each.id, each.version, found, story, "first", sketch(each.document.text), alerts=alerts)


def everything(store):
    tables = ("verdicts", "evidence", "entities", "stories", "memberships", "sketches", "sketch_hashes", "alerts")
    return {
        name: [tuple(row) for row in store.query(f"SELECT * FROM {name}")]
        for name in (*tables, "alert_stories", "deliveries")
    }


def test_all_documents_are_judged_once_a_ruleset(filed):
    waiting = judging.unjudged(filed, "rules-1", 100)
    assert [each.document.key for each in waiting] == [each.key for each in ITEMS]
    assert all((each.n, each.previous, each.baseline, each.judged_before) == (1, None, True, False) for each in waiting)
    assert judging.backlog(filed, "rules-1") == 4
    judging.record(filed, [decide(each) for each in waiting[:3]], NOW)
    assert [each.id for each in judging.unjudged(filed, "rules-1", 100)] == [4]
    again = judging.unjudged(filed, "rules-0", 100)
    assert [(each.id, each.judged_before, each.story) for each in again] == [
        (4, False, None),
        (1, True, "s-1"),
        (2, True, "s-1"),
        (3, True, "s-1"),
    ]
    assert len(judging.unjudged(filed, "rules-2", 2)) == 2


def test_a_new_version_is_judged_with_the_text_before(filed):
    judging.record(filed, [decide(each) for each in judging.unjudged(filed, "rules-1", 100)], NOW)
    filing.file(filed, [fetched("later", ITEMS[1], "Forty-one women.", at=NOW + DAY)], NOW)
    (changed,) = judging.unjudged(filed, "rules-1", 100)
    assert (changed.id, changed.n, changed.document.text) == (2, 2, "Forty-one women.")
    assert changed.previous.text == f"{TEXT} Number 1."
    assert changed.story == "s-1"


def test_recording_twice_is_recording_once(filed):
    waiting = judging.unjudged(filed, "rules-1", 100)
    decisions = [
        decide(each, f"s-{each.id}", alerts=((alert(f"token-{each.id}", f"s-{each.id}"), PEOPLE),)) for each in waiting
    ]
    judging.record(filed, decisions, NOW)
    before = everything(filed)
    judging.record(filed, decisions, NOW + HOUR)
    assert everything(filed) == before
    assert outbox.counts(filed).waiting == 8


def test_a_decision_is_stored_whole_or_not_at_all(filed):
    (first, *_) = judging.unjudged(filed, "rules-1", 100)
    broken = decide(first, alerts=((alert(story="s-unknown"), PEOPLE),))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        judging.record(filed, [broken], NOW)
    assert all(rows == [] for rows in everything(filed).values())
    assert judging.backlog(filed, "rules-1") == 4


def test_a_verdict_on_a_version_that_was_replaced_does_not_speak_for_the_document(filed):
    first = judging.unjudged(filed, "rules-1", 1)[0]
    filing.file(filed, [fetched("later", ITEMS[0], "Replaced meanwhile.", at=NOW + DAY)], NOW)
    judging.record(filed, [decide(first)], NOW)
    assert judging.backlog(filed, "rules-1") == 4
    assert filed.number("SELECT count(*) FROM documents WHERE verdict IS NOT NULL") == 0
    assert filed.number("SELECT count(*) FROM verdicts WHERE version = 1") == 1


def test_a_story_comes_back_with_members_evidence_and_entities(filed):
    one, two, *_ = judging.unjudged(filed, "rules-1", 100)
    entities = (Entity("org-un", "The m", 0, 5),)
    found = verdict(one.document.text)
    named = type(found)(found.relevant, 2.5, (Phase.PROSECUTION,), found.evidence, "rules-1", ("KZ",), entities)
    judging.record(filed, [Decision(one.id, one.version, named, "s-1", "first"), decide(two)], NOW)
    story = stories.story(filed, "s-1")
    assert (story.id, story.opened, story.score) == ("s-1", NOW, 2.5)
    assert story.phases == (Phase.REPATRIATION, Phase.PROSECUTION, Phase.REINTEGRATION)
    assert story.countries == ("KZ", "TJ")
    assert [member.document for member in story.members] == [1, 2]
    assert story.lead.entities == entities
    assert story.lead.source_name == "The example"
    for member in story.members:
        assert all(member.text[each.start : each.end] == each.quote for each in member.evidence)
    assert stories.story(filed, "s-unknown") is None


def test_the_official_source_leads_then_the_earliest(store):
    ministry = source("ministry", kind=Kind.OFFICIAL, host="ministry.example.org")
    for each, days in ((source(), 1), (source("wire", host="wire.example.org"), 0), (ministry, 3)):
        job = jobs.job(store, each, POLICY, (), NOW)
        told = item(1, host=each.homepage.split("/")[2], published=NOW + days * DAY)
        batch = [way_read(job.id, [told], source=each.id), fetched(job.id, told, source=each.id)]
        filing.file(store, batch, NOW)
    judging.record(store, [decide(each) for each in judging.unjudged(store, "rules-1", 9)], NOW)
    assert [member.source for member in stories.story(store, "s-1").members] == ["ministry", "wire", "example"]
    row = store.query("SELECT * FROM stories_now")[0]
    assert (row["primary_source"], row["documents"]) == ("ministry", 3)


def test_documents_that_new_rules_drop_leave_the_story_unless_they_are_all_of_it(filed):
    one, two, *_ = judging.unjudged(filed, "rules-1", 100)
    judging.record(filed, [decide(one), decide(two)], NOW)
    judging.record(filed, [decide(one, None, ruleset="rules-2", relevant=False)], NOW)
    assert [member.document for member in stories.story(filed, "s-1").members] == [2]
    assert filed.query("SELECT documents FROM stories_now")[0]["documents"] == 1
    judging.record(filed, [decide(two, None, ruleset="rules-2", relevant=False)], NOW)
    assert len(stories.story(filed, "s-1").members) == 2
    assert filed.query("SELECT * FROM stories_now") == []


def test_candidates_are_those_that_share_most(filed):
    waiting = judging.unjudged(filed, "rules-1", 100)
    judging.record(filed, [decide(each, f"s-{each.id}") for each in waiting], NOW)
    newcomer = sketch(waiting[2].document.text)
    found = stories.candidates(filed, newcomer.hashes, limit=2)
    assert found[0] == type(found[0])("s-3", ITEMS[2].url, newcomer)
    assert len(found) == 2
    assert stories.candidates(filed, sketch("Nothing of this was ever said by anybody before today.").hashes) == ()
    assert stories.candidates(filed, ()) == ()


def test_who_was_told_is_kept_for_each_story(filed):
    one, *_ = judging.unjudged(filed, "rules-1", 100)
    other = alert("token-0002", subscription="weekly", kind=AlertKind.DIGEST)
    judging.record(filed, [decide(one, alerts=((alert(), PEOPLE), (other, PEOPLE)))], NOW)
    assert stories.told(filed, "s-1") == {"central-asia", "weekly"}
    assert stories.told(filed, "s-2") == frozenset()


def test_the_baseline_is_summarised_once(filed):
    one, two, three, four = judging.unjudged(filed, "rules-1", 100)
    judging.record(
        filed, [decide(one), decide(two, "s-2"), decide(three, "s-3", alerts=((alert(story="s-3"), PEOPLE),))], NOW
    )
    judging.record(filed, [decide(four, None, relevant=False)], NOW)
    # Who was told of s-3 is not told again; others may not have been.
    assert stories.untold_baseline(filed) == ("s-1", "s-2", "s-3")
    summary = alert("summary-0001", "s-1", kind=AlertKind.SUMMARY)
    stories.mark_summarised(filed, ("s-1", "s-2", "s-3"), [(summary, PEOPLE)], (), NOW)
    assert stories.untold_baseline(filed) == ()
    assert stories.told(filed, "s-1") == {"central-asia"}
    assert outbox.counts(filed).waiting == 4


def test_news_is_not_baseline_also_in_an_old_story(filed):
    waiting = judging.unjudged(filed, "rules-1", 100)
    judging.record(filed, [decide(each) for each in waiting], NOW)
    job = jobs.job(filed, source(), POLICY, (), NOW + HOUR)
    fresh = item(50)
    filing.file(filed, [way_read(job.id, [*ITEMS, fresh], at=NOW + HOUR), fetched(job.id, fresh, at=NOW + HOUR)], NOW)
    (news,) = judging.unjudged(filed, "rules-1", 100)
    assert not news.baseline
    judging.record(filed, [decide(news)], NOW + HOUR)
    assert stories.untold_baseline(filed) == ()


def test_stories_of_a_span_are_those_that_somebody_told_in_it(filed):
    one, two, three, _ = judging.unjudged(filed, "rules-1", 100)
    judging.record(filed, [decide(one)], NOW)
    judging.record(filed, [decide(two, "s-2")], NOW + DAY)
    judging.record(filed, [decide(three)], NOW + 2 * DAY)
    assert stories.stories_since(filed, NOW, NOW + DAY) == ("s-1",)
    assert stories.stories_since(filed, NOW + DAY, NOW + 9 * DAY) == ("s-1", "s-2")
    assert stories.stories_since(filed, NOW + 9 * DAY, NOW + 10 * DAY) == ()
