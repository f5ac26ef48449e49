"""What the pages give to take away: the files that the command line writes."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from prrwatch import bundle
from scheduler.cli import cli


@pytest.fixture(scope="module")
def exported(store_path):
    """What `prrwatch export` writes of the same store."""

    def run(*arguments):
        done = CliRunner().invoke(cli, ["--config", str(store_path.parent / "prrwatch.toml"), "export", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout_bytes

    return run


@pytest.mark.parametrize(
    ("address", "media_type", "arguments"),
    [
        ("/calendar.ics", "text/calendar; charset=utf-8", ("--ics",)),
        ("/export/relevant.csv", "text/csv; charset=utf-8; header=present", ("relevant",)),
        ("/export/stories.jsonl", "application/x-ndjson", ("stories", "--format", "jsonl")),
        ("/export/citations.bib", "application/x-bibtex; charset=utf-8", ("citations", "--format", "bibtex")),
        ("/export/citations.csl.json", "application/vnd.citationstyles.csl+json", ("citations", "--format", "csl")),
        ("/export/stories.atom", "application/atom+xml; charset=utf-8", ("stories", "--format", "atom")),
    ],
)
async def test_the_view_and_the_command_give_the_same(view, exported, address, media_type, arguments):
    answer = await view.get(address)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.split() == exported(*arguments).split()


async def test_a_calendar_program_that_asks_again_is_told_when_nothing_changed(view):
    first = await view.get("/calendar.ics")
    assert first.text.startswith("BEGIN:VCALENDAR\r\n")
    again = await view.get("/calendar.ics", 304, headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.content, again.headers["etag"]) == (b"", first.headers["etag"])
    assert (await view.get("/calendar.ics", headers={"if-none-match": '"x"'})).content == first.content
    assert 'href="/calendar.ics"' in await view.page("/calendar")


async def test_a_story_is_taken_away_with_its_proofs(view, flight):
    page = await view.page(f"/story/{flight}")
    for name in ("citations.bib", "citations.csl.json", "evidence.zip"):
        assert f'href="/story/{flight}/{name}"' in page
    answer = await view.get(f"/story/{flight}/evidence.zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="{flight}.zip"'
    assert bundle.check(io.BytesIO(answer.content))[1] == ()
    cited = json.loads((await view.get(f"/story/{flight}/citations.csl.json")).text)
    assert {each["URL"] for each in cited} >= {"https://ministry.example.org/a/1", "https://wire.example.org/a/1"}
    await view.page("/story/s-0/evidence.zip", 404)


async def test_an_answer_is_taken_away_as_it_was_asked(view):
    page = await view.page("/queries/this-week?days=90&country=UZ")
    assert 'href="/queries/this-week/answer.csv?days=90&amp;country=UZ"' in page
    whole = await view.get("/queries/this-week/answer.csv?days=90&country=UZ")
    rows = list(csv.DictReader(io.StringIO(whole.text)))
    lines = (await view.get("/queries/this-week/answer.jsonl?days=90&country=UZ")).text.splitlines()
    assert [each["story"] for each in rows] == [json.loads(line)["story"] for line in lines]
    assert rows
    assert all("UZ" in each["countries"] for each in rows)
    await view.page("/queries/none/answer.csv", 404)
