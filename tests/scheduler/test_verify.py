"""`sources verify` on the sample world: every way asked politely, its answer told, the files' statuses proposed."""

from __future__ import annotations

import json
import subprocess
from datetime import date

import pytest
from click.testing import CliRunner

from prrwatch import catalogue
from prrwatch.catalogue.verified import Finding, difference, proposed
from prrwatch.crawl import Reason
from prrwatch.source import WayKind
from scheduler.cli import cli
from scheduler.demo import World, faults

DAY = date(2026, 11, 22)
SITE = """
[crawler]
contact = "mailto:test@example.org"
allow_private_hosts = ["127.0.0.0/8"]
delay = 0.0
retries = 0
timeout = 10.0
[catalogue]
path = "seeds"
"""
OFF = """# A source that nobody has read.
id = "office"
name = "An office"
publisher = "An office"
kind = "official"
class = "un-drupal"
homepage = "{base}/"
languages = ["en"]
enabled = false
note = "off: its ways are guesses until somebody has read them"
article = '^{base}/[a-z-]+/\\d{{6}}$'

[[discover]]
# The labelled listing.
way = "listing"
url = "{base}/press-releases"
items = "article.search-result-news"
link = "h3.search-title a"
status = "guess"

[[discover]]
way = "feed"
url = "{base}/no-such-feed"
status = "guess"

[[discover]]
way = "feed"
url = "{base}/old-feed"  # was fine
status = "tested_ok"

[[discover]]
way = "feed"
url = "{base}/slow-feed"
status = "in_use"

# What must be there.
[expect]
items = 1

[[example]]
url = "{base}/secretariat/600101"
article = true
"""


@pytest.fixture
def world():
    with World() as one:
        yield one


@pytest.fixture
def house(world, tmp_path, monkeypatch):
    """One source, off, with a way that works, one that never did, one that did, one in trouble, and its class's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "office.toml").write_text(OFF.format(base=world["osce"].url))
    (tmp_path / "prrwatch.toml").write_text(SITE)
    world["osce"].break_(faults.status(503), path="/slow-feed")
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(cli, ["--config", "prrwatch.toml", *arguments])


def test_every_way_is_read_and_the_files_follow(world, house):
    done = run("--json", "sources", "verify", "--report", "out")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [(each["url"].rpartition("/")[2], each["works"], each["reason"]) for each in sorted(
        told["findings"], key=lambda each: each["url"])] == [
        ("no-such-feed", False, "http-404"),
        ("old-feed", False, "http-404"),
        ("press-releases", True, None),
        ("sitemap.xml", False, "http-404"),
        ("slow-feed", False, "http-5xx"),
    ]  # fmt: skip
    listing = next(each for each in told["findings"] if each["way"] == "listing")
    assert (listing["read"], listing["robots"], listing["items"] > 1) == (1, "allows", True)
    assert world["osce"].count("/robots.txt") == 1
    assert (house / "out" / "verify.diff").read_text() == told["diff"]
    assert "http-404" in (house / "out" / "verify.txt").read_text()
    subprocess.run(["patch", "-p1", "-i", "out/verify.diff"], check=True, capture_output=True)
    (source,) = catalogue.load(house / "seeds", ["127.0.0.0/8"])
    assert source.enabled
    assert source.note == ""
    assert [(way.url.rpartition("/")[2], way.status) for way in source.ways] == [
        ("press-releases", "tested_ok"), ("old-feed", "conflicting"), ("slow-feed", "in_use"),
    ]  # fmt: skip
    text = (house / "seeds" / "office.toml").read_text()
    assert text.startswith("# A source that nobody has read.\n")
    assert "# The labelled listing." in text
    assert "# was fine" in text
    assert "\n\n# What must be there.\n[expect]\n" in text
    assert json.loads(run("--json", "sources", "verify").stdout)["diff"] == "", (
        "a second time nothing is left to change"
    )


def test_a_source_of_which_nothing_works_is_switched_off(world, house):
    world["osce"].break_(faults.status(404))
    done = run("sources", "verify", "office")
    assert done.exit_code == 1
    assert "no way in worked: office" in str(done.exception)
    assert '+note = "off: no way worked on' in done.output


def test_robots_and_trouble_change_nothing(world, house):
    world["osce"].break_(faults.instead(b"User-agent: *\nDisallow: /", "text/plain"), path="/robots.txt")
    done = run("--json", "sources", "verify")
    assert {each["robots"] for each in json.loads(done.stdout)["findings"]} == {"disallows"}
    assert world["osce"].count() == 1, "only robots.txt is asked for"


def test_what_must_not_be_asked_is_not(world, house):
    text = OFF.format(base=world["osce"].url).replace("no-such-feed", "{A_KEY}")
    (house / "seeds" / "office.toml").write_text(text.replace('class = "un-drupal"', 'needs_env = "A_KEY"'))
    opt_in = text.replace('id = "office"', 'id = "opt"').replace("off: its ways", "off: opt-in; its ways")
    (house / "seeds" / "opt.toml").write_text(opt_in)
    told = json.loads(run("--json", "sources", "verify").stdout)
    assert {each["source"] for each in told["findings"]} == {"office"}
    assert {each["skipped"] for each in told["findings"]} == {"needs the environment variable A_KEY"}
    assert (told["diff"], world["osce"].count()) == ("", 0)
    named = json.loads(run("--json", "sources", "verify", "opt").stdout)
    assert "a placeholder is to be filled in" in {each["skipped"] for each in named["findings"]}


@pytest.mark.parametrize(
    "text", [OFF.format(base="https://e.org"), OFF.format(base="https://e.org").replace("\n", "\r\n")]
)
def test_trouble_of_the_day_changes_no_file(text):
    ways = [(WayKind.LISTING, "press-releases", "guess"), (WayKind.FEED, "old-feed", "tested_ok")]
    found = [
        Finding("office", kind, f"https://e.org/{url}", status, reason=Reason.TIMEOUT) for kind, url, status in ways
    ]
    assert proposed(text, found, DAY) == text
    assert difference(text, text, "x") == ""
