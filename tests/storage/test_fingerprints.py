"""What a document tells is kept whole, found by its keys, and counted once."""

import pytest
from storage_world import NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch import stories as events
from prrwatch.stories import Rarity, Telling
from storage import filing, jobs, judging, rows, sources, stories
from storage.records import Decision

TELLING = Telling(
    "Айкөл-3", "20 декабря вернулись в Бишкек 99 граждан, сообщил Каныбек Туманбаев.", "ru", None, ("aikol",)
)


@pytest.fixture
def waiting(store):
    sources.mirror(store, [source()], NOW)
    job = jobs.job(store, source(), POLICY, (), NOW)
    filing.file(store, [way_read(job.id, [item(1)]), fetched(job.id, item(1), TELLING.text), done(job.id)], NOW)
    return judging.unjudged(store, "rules-1", 10)[0]


def decide(each, ruleset="rules-1"):
    told = events.fingerprint(TELLING, Rarity())
    copied = events.sketch(each.document.text)
    found = verdict(each.document.text, ruleset=ruleset)
    words = frozenset(events.keys(TELLING))
    return Decision(each.id, each.version, found, "s-1", "first", copied, told, words)


def test_a_fingerprint_comes_back_as_it_went():
    told = events.fingerprint(TELLING, Rarity())
    assert told.series == {"aikol": (3,)}
    assert rows.fingerprint(rows.fingerprint_body(told)) == told


def test_it_is_found_by_what_it_tells_and_not_by_other_things(store, waiting):
    judging.record(store, [decide(waiting)], NOW)
    [found] = stories.candidates(store, (), events.probes(events.fingerprint(TELLING, Rarity())))
    assert (found.story, found.fingerprint) == ("s-1", events.fingerprint(TELLING, Rarity()))
    other = events.fingerprint(Telling(None, "Fifteen judges met in Osh.", "en", None), Rarity())
    assert stories.candidates(store, (), events.probes(other)) == ()


def test_its_words_are_counted_once_however_often_it_is_judged(store, waiting):
    for ruleset in ("rules-1", "rules-2"):
        judging.record(store, [decide(waiting, ruleset)], NOW)
    known = stories.rarity(store, ["#99", "@aikol", "@nobody"])
    assert (known.documents, known.counts) == (1, {"#99": 1, "@aikol": 1})
