"""`prrwatch demo`, as a newcomer types it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from datetime import datetime
from itertools import combinations

import psutil
import pytest
from click.testing import CliRunner

from prrwatch import stories
from prrwatch.document import Dated, Precision
from scheduler.cli import cli


@pytest.fixture(scope="module")
def demo(demo_process):
    """How it ended and what it printed, the mark of its processes, and its folder."""
    status = demo_process.wait()
    printed = [(demo_process.folder / name).read_text(encoding="utf-8") for name in ("out", "err")]
    done = subprocess.CompletedProcess([], status, *printed)
    return done, demo_process.mark, demo_process.folder


def marked(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get("PRRWATCH_TEST_MARK") == mark
    except psutil.Error:  # it ended meanwhile, or belongs to somebody else
        return False


def test_it_ends_well_and_leaves_only_its_store(demo):
    done, mark, folder = demo
    assert (done.returncode, done.stderr) == (0, "")
    assert [process for process in psutil.process_iter() if marked(process, mark)] == []
    assert (folder / "prrwatch.db").stat().st_size > 0


def test_it_shows_stories_with_evidence(demo):
    stories = demo[0].stdout.partition("== Mails of day 1")[0]
    for title in (
        "Practitioners compare ways of helping children",
        "Bishkek court opens hearing of man returned from Syria",
        "Центр в Актау помог сорока женщинам",
        "OSCE and UN help Central Asian mediators",
        "Second Meeting of the Regional Expert Council",
    ):
        assert title in stories
    for confuser in ("Road Rehabilitation", "trafficking", "Gold Reserves", "migrants", "Вратарь"):
        assert confuser not in stories
    assert re.search(r'because of "children who returned from conflict zones" \(rule [\w-]+, title \d+-\d+\)', stories)
    assert "copy of http://" in stories


def test_it_shows_the_mails_of_both_days(demo):
    first, _, rest = demo[0].stdout.partition("== Mails of day 1")[2].partition("== Mails of day 2")
    second, _, letter = rest.partition("== One of them")
    assert re.search(r"^to analyst@\S+: Summary: \d stories \(returnees\)$", first, re.MULTILINE)
    assert "New: " not in first
    news = re.findall(r"^to analyst@\S+: New: (.+)$", second, re.MULTILINE)
    assert len(news) == len(set(news)) >= 3
    assert "Second Meeting of the Regional Expert Council: press release" in news
    assert re.search(r"^\| prrwatch-id: new-\w+$", letter, re.MULTILINE)


def test_it_shows_figures_a_conflict_and_a_reminder(demo):
    stories, _, rest = demo[0].stdout.partition("== Mails of day 1")
    assert "event: 12 May 2026, Tashkent" in stories
    assert re.search(r"figure: more than 2,100 citizens repatriated", stories)
    disputed = re.findall(r"figure: about (\d+) families remaining; .*disputed$", stories, re.MULTILINE)
    assert disputed == ["340", "430"]
    later = rest.partition("== Two mornings later, a reminder")[2].partition("== One of them")[0]
    assert re.search(r"^to analyst@\S+: Reminder: \d+ \w+ \d{4}: seminar", later, re.MULTILINE)


def test_it_shows_what_fails(demo):
    assert re.search(r"^sample-gazette +ok; feed: not-a-feed; read by another way$", demo[0].stdout, re.MULTILINE)
    assert re.search(r"^sample-ministry +broken \(http-403\)$", demo[0].stdout, re.MULTILINE)


def test_what_it_tells_to_type_next_works(demo):
    commands = re.findall(r"^  prrwatch (.+)$", demo[0].stdout, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        done = CliRunner().invoke(cli, command.split())
        assert (done.exit_code, bool(done.stdout)) == (0, True), command


def tellings(folder):
    """Each relevant document of the store as its story was looked for, and the story that it came to."""
    with closing(sqlite3.connect(folder / "prrwatch.db")) as store:
        found = store.execute(
            """
            SELECT memberships.story, versions.title, versions.text, versions.language, versions.published_at,
                versions.published_precision, versions.published_raw, versions.published_origin,
                (SELECT json_group_array(DISTINCT entity) FROM entities WHERE entities.verdict = documents.verdict)
            FROM documents JOIN versions ON versions.id = documents.version
            JOIN memberships ON memberships.document = documents.id WHERE documents.relevant
            """
        ).fetchall()
    for story, title, text, language, at, precision, raw, origin, entities in found:
        day = Dated(datetime.fromisoformat(at), Precision(precision), raw, origin) if at else None
        yield story, stories.Telling(title, text, language, day, tuple(sorted(json.loads(entities))))


def prints_in(archive, *several):
    """The fingerprints of these in an archive of those of which the keys are given."""
    rarity = stories.Rarity(len(archive), Counter(key for keys in archive for key in keys))
    return tuple(stories.fingerprint(each, rarity) for each in several)


def test_no_two_of_its_stories_may_join_whatever_the_order_in_which_they_come(demo):
    """The archive's counts grow as documents come, so that their order changes every weight: once the council's meeting
    joined a training of mediators in three orders of four."""
    told = list(tellings(demo[2]))
    assert len(told) > 10
    texts = [each for _, each in told]
    keys = [stories.keys(each) for each in texts]
    empty, full = prints_in((), *texts), prints_in(keys, *texts)
    for one, other in combinations(range(len(told)), 2):
        if told[one][0] != told[other][0]:
            alone = prints_in((keys[one], keys[other]), texts[one], texts[other])
            for pair in ((empty[one], empty[other]), (full[one], full[other]), alone):
                alike = stories.likeness(*pair)
                assert alike.score < stories.SAME_EVENT - 0.5, (texts[one].title, texts[other].title, alike)
