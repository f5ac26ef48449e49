"""robots.txt as Google's suite and the web have it. The archives are read in place; none of them is ours."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.net.robotstxt import parse

REAL = Path(__file__).parents[3] / "shared" / "real-data"
SPEC, FILES = REAL / "robotstxt-spec-test.zip", REAL / "real-robots-txt.zip"
#: Text protocol buffers, as far as that suite uses them.
TOKENS = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"|[\[\]{},:]|\w+|\s+')


def absent(archive: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not archive.exists(), reason=f"{archive.name} is not here")


def expectations(text: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Each expectation with the file that it is about."""
    tokens = [found[0] for found in TOKENS.finditer(text) if found[0].strip() and not found[0].startswith("#")]
    robots, fields, name = b"", {}, ""
    for token in tokens:
        if token.startswith('"'):
            part = ast.literal_eval(f"b{token}") if token.isascii() else ast.literal_eval(token).encode()
            if name == "robotstxt":
                robots += part
            else:
                fields[name] = fields.get(name, "") + part.decode("utf-8", "replace")
        elif token == "}" and "testurl" in fields:
            yield robots, fields
            fields = {}
        elif token in {"ALLOWED", "DISALLOWED"}:
            fields[name] = token
        elif token.isidentifier():
            name = token
            robots = b"" if name == "robotstxt" else robots


@absent(SPEC)
def test_all_400_expectations_of_the_suite_of_google():
    with zipfile.ZipFile(SPEC) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".textproto")]
    told = [
        (parse(robots, each["useragent"]).allows(each["testurl"]), each["expected_outcome"] == "ALLOWED", each)
        for text in texts
        for robots, each in expectations(text)
    ]
    assert len(told) == 400
    assert [each for got, wanted, each in told if got is not wanted] == []


@absent(FILES)
def test_every_real_file_is_decided_within_10_ms():
    slow = []
    with zipfile.ZipFile(FILES) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    assert len(files) > 2000
    for name, body in files.items():
        # Beside other processes one turn in a hundred takes long for reasons of its own.
        if all(_seconds(body) > 0.010 for _ in range(3)):
            slow.append(name)
    assert slow == []


def _seconds(body: bytes) -> float:
    begun = process_time()
    parse(body, "prrwatch").allows("https://example.org/news/2024/11/an-article?id=1")
    return process_time() - begun


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\rDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: prrwatch\nAllow: /", "/a", True),
        ("User-agent: prrwatch/1.0\nDisallow: /a", "/a", False),
        ("User-agent: prrwatcher\nDisallow: /a", "/a", True),
        ("User-agent: other\nUser-agent: PRRWATCH\nDisallow: /a", "/a", False),
        ("Disallow: /a", "/a", True),  # without a group it speaks to nobody
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /a/*/c$", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a/*/c$", "/a/b/c/d", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /%61", "/abc", False),
        ("User-agent: *\nDisallow: /abc", "/%61bc", False),
        ("User-agent: *\nDisallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("User-agent: *\nDisallow: /\nAllow: /index.html", "/", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?id=1&print=2", True),
        ("User-agent: *\nDisallow: /*?*print=", "/a?id=1&print=2", False),
        ("User agent *\ndisalow /x # a comment", "/x", False),
    ],
)
def test_what_files_mean(robots, path, allowed):
    assert parse(robots.encode(), "prrwatch").allows(f"https://example.org{path}") is allowed


def test_the_crawl_delay_of_the_own_group_counts():
    robots = (
        b"User-agent: *\nCrawl-delay: 10\n\nUser-agent: prrwatch\nCrawl-delay: 2.5\nDisallow: /x\nCrawl-delay: soon"
    )
    assert parse(robots, "prrwatch").delay == 2.5
    assert parse(robots, "other").delay == 10.0
    assert parse(b"", "prrwatch").delay is None


def test_hostile_patterns_cost_no_time():
    robots = b"User-agent: *\nDisallow: /" + b"*a" * 8000 + b"$\n" + b"Disallow: " + b"*" * 16_000 + b"\n"
    begun = process_time()
    parse(robots * 10, "prrwatch").allows("https://example.org/" + "a" * 4000 + "b")
    assert process_time() - begun < 1


def test_a_file_that_names_everybody_ten_thousand_times_costs_no_time():
    begun = process_time()
    rules = parse(b"User-agent: *\n" * 18_000 + b"Disallow: /a\n" * 18_000, "prrwatch")
    assert not rules.allows("https://example.org/a")
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", True), ("/b", False), ("/b/c", True), ("/b/c/d", False), ("/b/cd", True), ("/%62", False)],
)
def test_the_longest_beginning_decides(path, allowed):
    robots = b"User-agent: *\nDisallow: /b\nAllow: /b/c\nDisallow: /b/c/d/e/f\nDisallow: /b/c/d\nAllow: /b/c/d/\n"
    assert parse(robots, "prrwatch").allows(f"https://example.org{path}") is allowed


@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_file_crashes(body, path):
    assert parse(body, "prrwatch").allows(f"https://example.org/{path}") in {True, False}
