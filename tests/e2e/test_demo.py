"""`prrwatch demo`, as a newcomer types it."""

from __future__ import annotations

import re
import subprocess

import psutil
import pytest
from click.testing import CliRunner

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
