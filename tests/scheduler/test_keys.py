"""A source with a key, through the whole walk: the web sees the key, nothing that is kept or told does."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from scheduler.cli import cli
from scheduler.demo import World, faults

KEY = "n3v3r-t0ld/42"
SEED = """
id = "keyed"
name = "A keyed feed"
publisher = "Somebody"
kind = "syndicator"
homepage = "{base}/"
languages = ["en"]
every = "1h"
needs_env = "PRRWATCH_TEST_KEY"
article = '^{base}/'
[[discover]]
way = "feed"
url = "{base}/old/{{PRRWATCH_TEST_KEY}}"
[[discover]]
way = "feed"
url = "{base}/rss/{{PRRWATCH_TEST_KEY}}?full=1"
[[example]]
url = "{base}/x"
article = true
"""
SITE = """
[crawler]
contact = "mailto:test@example.org"
allow_private_hosts = ["127.0.0.0/8"]
delay = 0.0
[catalogue]
path = "seeds"
"""


@pytest.fixture
def world():
    with World() as one:
        yield one


def run(folder: Path, *arguments: str, **environment: str):
    return CliRunner().invoke(cli, ["--config", str(folder / "prrwatch.toml"), *arguments], env=environment)


def test_the_key_reaches_the_server_and_nothing_else(world, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PRRWATCH_TEST_KEY", KEY)
    herald = world["herald"]
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "keyed.toml").write_text(SEED.format(base=herald.url))
    (tmp_path / "prrwatch.toml").write_text(SITE)
    spelled = quote(KEY, safe="")
    item = f"<item><title>{spelled}</title><link>{herald.url}/no-such-page?k={spelled}</link></item>"
    feed = f'<rss version="2.0"><channel><title>{KEY}</title>{item}</channel></rss>'.encode()
    herald.break_(faults.redirect(f"/old/{spelled}"), path=f"/old/{spelled}")
    herald.break_(faults.instead(feed, "application/rss+xml"), path=f"/rss/{spelled}")

    told = [run(tmp_path, "crawl"), run(tmp_path, "--json", "status"), run(tmp_path, "sources", "list")]
    told.append(run(tmp_path, "sources", "try", "keyed"))
    told += [run(tmp_path, "export", "documents", "--format", "jsonl"), run(tmp_path, "db", "check")]
    assert herald.count(f"/rss/{spelled}") == 2
    ways = json.loads(told[1].stdout)["sources"][0]["ways"]
    assert [(way["state"], way["reason"]) for way in ways] == [("broken", "redirect-loop"), ("ok", None)]
    assert ways[1]["url"] == f"{herald.url}/rss/{{PRRWATCH_TEST_KEY}}?full=1"
    everything = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    everything += "".join(each.output for each in told).encode() + caplog.text.encode()
    assert b"PRRWATCH_TEST_KEY" in everything
    assert not [leak for leak in (KEY, spelled, "n3v3r") if leak.encode() in everything]


def test_without_the_key_the_source_is_skipped_with_the_reason(world, tmp_path, monkeypatch):
    monkeypatch.delenv("PRRWATCH_TEST_KEY", raising=False)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "keyed.toml").write_text(SEED.format(base=world["herald"].url))
    (tmp_path / "prrwatch.toml").write_text(SITE)
    run(tmp_path, "crawl")
    assert world["herald"].count() == 0
    (source,) = json.loads(run(tmp_path, "--json", "status").stdout)["sources"]
    assert (source["state"], source["detail"]) == ("disabled", "needs the environment variable PRRWATCH_TEST_KEY")
