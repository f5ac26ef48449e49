from __future__ import annotations

import pytest
from storage_world import HOUR, NOW, POLICY, done, fetched, item, source, verdict, way_read

from storage import filing, jobs, judging, labels
from storage.labels import Label, Precision
from storage.records import Decision

ITEMS = tuple(item(n) for n in range(3))


@pytest.fixture
def judged(store):
    """Three flagged documents."""
    job = jobs.job(store, source(), POLICY, (), NOW)
    filing.file(store, [way_read(job.id, ITEMS), *(fetched(job.id, each) for each in ITEMS), done(job.id)], NOW)
    for each in judging.unjudged(store, "rules-1", 10):
        judging.record(store, [Decision(each.id, each.version, verdict(each.document.text))], NOW)
    return store


def test_a_document_is_found_by_number_url_and_key(judged):
    assert labels.find(judged, "1") == 1
    assert labels.find(judged, ITEMS[1].url) == labels.find(judged, ITEMS[1].key)
    assert labels.find(judged, "99") is labels.find(judged, "1x") is labels.find(judged, "") is None


def test_precision_counts_the_latest_label_of_each_flagged_document(judged):
    labels.label(judged, 1, Label(relevant=True, note="", by="ann"), NOW)
    labels.label(judged, 2, Label(relevant=True, note="", by="ann"), NOW)
    labels.label(judged, 2, Label(relevant=False, note="about cattle", by="bob"), NOW + HOUR)
    assert labels.by_rule(judged) == (Precision("what", 2, 1), Precision("who", 2, 1))
    assert labels.by_source(judged) == (Precision("example", 2, 1),)
    assert {each.labelled for each in labels.by_term(judged)} <= {1, 2}


def test_labelled_documents_become_cases(judged):
    labels.label(judged, 2, Label(relevant=False, note="about cattle", by="bob"), NOW)
    [case] = labels.labelled_texts(judged)
    assert (case.document, case.relevant, case.phases, case.note) == (2, False, (), "about cattle")
    assert case.text.startswith("The text of")


def test_what_only_changed_rules_found_is_marked_for_the_summary(judged):
    judged_again = judging.unjudged(judged, "rules-2", 10)
    assert all(each.judged_before for each in judged_again)
    each = judged_again[0]
    found = verdict(each.document.text, ruleset="rules-2")
    judging.record(judged, [Decision(each.id, each.version, found, "s-1", "first", baseline=True)], NOW)
    assert judged.number("SELECT baseline FROM documents WHERE id = ?", (each.id,)) == 1
