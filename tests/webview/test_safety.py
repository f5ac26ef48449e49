"""What nobody can do to the store or to a reader through the view."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import sqlite3
import threading
import zipfile
from datetime import timedelta

import pytest

from prrwatch.person import Names
from storage import guard
from storage.store import open_store
from webview import Site, saved
from webview.app import application

WRITES = (
    "DELETE FROM documents",
    "UPDATE stories SET opened = 'x'",
    "INSERT INTO stories (id, opened) VALUES ('x', 'x')",
    "CREATE TABLE x (y)",
    "CREATE TEMP TABLE x (y)",
    "DROP TABLE stories",
    "ATTACH DATABASE 'x.db' AS x",
    "VACUUM INTO 'x.db'",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA schema_version = 7",
    "SELECT load_extension('x')",
    "BEGIN IMMEDIATE",
)


@pytest.mark.parametrize("statement", WRITES)
def test_the_guarded_connection_refuses(store_path, statement):
    connection = guard.connect(store_path)
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("statement", WRITES)
async def test_no_statement_writes_over_the_web(view, statement, tmp_path):
    before = view.one("SELECT count(*) FROM documents")
    for address in ("/store", "/store.json"):
        answer = await view.datasette.client.get(address, params={"sql": statement})
        assert answer.status_code == 400
    assert view.one("SELECT count(*) FROM documents") == before
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_only_reading_is_answered(view, method):
    for address in ("/", "/store", "/store/stories", "/-/logout", "/store/this-week"):
        answer = await view.datasette.client.request(
            method, address, data={"sql": "select 1"} if method == "POST" else None
        )
        assert answer.status_code == 405
        assert answer.headers["content-security-policy"]


async def test_words_of_documents_and_addresses_do_not_leave_through_sql(view):
    statements = (
        "SELECT title FROM versions",
        "SELECT hex(text) AS title FROM versions",
        "SELECT quote AS title FROM evidence",
        "SELECT sentence AS title FROM figures_ledger",
        "SELECT body AS title FROM fingerprints",
        "SELECT recipient AS title FROM deliveries",
        "SELECT headers AS title FROM originals",
        "SELECT url AS title FROM originals",
        "SELECT primary_url AS title FROM stories_now",
        "SELECT key AS title FROM sightings",
        "SELECT max(title) AS title FROM story_members",
        "WITH x AS (SELECT * FROM relevant) SELECT title FROM x",
    )
    for statement in statements:
        answer = await view.get(f"/store.json?_shape=array&sql={statement}")
        assert {row["title"] for row in answer.json()} <= {None, ""}, statement
    for statement in (
        "SELECT * FROM texts",
        "SELECT count(*) FROM texts WHERE texts MATCH 'syria'",
        "SELECT * FROM told_words",
        "SELECT key FROM document_keys",
    ):
        await view.get(f"/store.json?sql={statement}", 400)


async def test_no_table_or_view_gives_words_away(view):
    names = "SELECT json_group_array(name) FROM sqlite_master WHERE type IN ('table', 'view')"
    for table in json.loads(view.one(names)):
        if table in guard.COVERED_TABLES:
            await view.get(f"/store/{table}.json", 404)
            continue
        await view.page(f"/store/{table}")
        answer = await view.get(f"/store/{table}.json?_shape=array&_size=max")
        assert "Psychologists" not in answer.text, table
        assert "secret" not in answer.text, table
        assert "Apricots will" not in answer.text, table
        assert "karimov" not in answer.text.casefold(), table
        assert "Ministry of Foreign" not in answer.text, table


async def test_the_store_itself_and_what_datasette_knows_of_this_machine_are_hidden(view):
    for address in (
        "/store.db",
        "/-/metadata",
        "/-/settings.json",
        "/-/plugins",
        "/-/versions.json",
        "/-/databases",
        "/_internal",
    ):
        assert "prrwatch.db" not in (await view.get(address, 404)).text


async def test_robots_are_sent_away(view):
    assert "Disallow: /" in (await view.get("/robots.txt")).text
    answer = await view.get("/")
    assert "noindex" in answer.headers["x-robots-tag"]
    assert '<meta name="robots" content="noindex' in answer.text


async def test_every_answer_carries_the_policy(view):
    for address in ("/", "/static/style.css", "/store.json?sql=select+1", "/robots.txt"):
        answer = await view.get(address)
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


async def test_hostile_words_are_words(view):
    for address in ("/?days=7", "/search?q=pwned", "/queries/this-week?days=30"):
        page = await view.page(address)
        assert "<script>" not in page
        assert "${7*7} {{ 7*7 }}" in html.unescape(page)
    assert "&lt;script&gt;" in await view.page("/?days=7")
    assert "A &lt;b&gt;wire&lt;/b&gt;" in await view.page("/sources")


async def test_what_is_typed_is_words_too(view):
    for address in (
        "/search?q=<script>x</script>",
        "/queries/cite?story=<script>x</script>",
        "/store?sql=select+'<script>'",
    ):
        page = await view.page(address)
        assert "<script>" not in page


async def test_a_slow_statement_is_stopped(view):
    slow = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n %2B 1 FROM x) SELECT count(*) FROM x"
    assert "interrupted" in (await view.get(f"/store?sql={slow}", 400)).text.lower()


async def test_only_known_names_are_answered(store_path):
    datasette = application(Site(store_path, hosts=frozenset({"localhost"})))
    assert (await datasette.client.get("/", headers={"host": "localhost:8001"})).status_code == 200
    rebound = await datasette.client.get("/", headers={"host": "evil.example:8001"})
    assert rebound.status_code == 421


async def test_pages_live_under_the_path_of_the_base_url(store_path, flight):
    datasette = application(Site(store_path, base_url="https://prr.example.org/prr"))
    page = (await datasette.client.get("/?days=7")).text
    assert 'href="/prr/static/style.css' in page
    assert 'href="/prr/story/' in page
    assert (await datasette.client.get(f"/story/{flight}")).status_code == 200


async def test_the_name_of_a_private_person_is_covered_wherever_it_stands(view, store_path):
    trial = view.one(
        "SELECT story FROM memberships JOIN documents ON documents.id = document WHERE url LIKE '%/a/7-karimov-%'"
    )
    document = view.one("SELECT document FROM memberships WHERE story = ?", trial)
    addresses = (
        f"/story/{trial}",
        f"/document/{document}",
        "/search?q=karimov",
        "/?days=30",
        "/source/wire",
        "/figures",
    )
    for address in (*addresses, *(f"/queries/{each.name}?days=90&story={trial}" for each in saved.questions())):
        page = await view.page(address)
        assert "karimov" not in re.sub('value="karimov"|search: karimov', "", page.casefold()), address
    page = await view.page(f"/document/{document}")
    assert "https://wire.example.org/a/7-[name withheld]-sentenced" in page
    for address in _downloads(trial):
        answer = await view.get(address)
        assert b"karimov" not in _plain(answer.content).lower(), address
    shown = application(Site(store_path, names=Names.SHOWN))
    assert "Karimov" in (await shown.client.get(f"/document/{document}")).text


def _downloads(story):
    """Every file that the view gives."""
    tables = [f"/export/{each}" for each in ("relevant", "stories", "figures", "events", "citations")]
    references = [
        f"{place}/citations.{form}" for place in ("/export", f"/story/{story}") for form in ("bib", "csl.json")
    ]
    answers = [f"/queries/{each.name}/answer.csv?days=90&story={story}" for each in saved.questions()]
    return (
        *(f"{table}.{form}" for table in tables for form in ("csv", "jsonl")),
        *references,
        *answers,
        "/calendar.ics",
        "/export/stories.atom",
        f"/story/{story}/evidence.zip",
    )


def _plain(whole):
    """All that is packed in a ZIP; anything else as it is."""
    if not whole.startswith(b"PK"):
        return whole
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return b"".join(archive.read(each) for each in archive.namelist())


def test_every_question_with_words_of_documents_says_of_which():
    words = re.compile(r"\b(title|sentence|quote|text|name|claimant|issuer|organisers)\b")
    ways = re.compile(r"\b(story|stories|document)\b|source_health")
    for each in saved.questions():
        columns = each.sql.split("FROM")[0]
        assert not words.search(columns) or ways.search(each.sql), each.name


async def test_a_writer_is_never_refused_while_pages_are_read(store_path, tmp_path):
    for file in store_path.parent.glob("prrwatch*.db"):
        shutil.copy(file, tmp_path)
    path = tmp_path / "prrwatch.db"
    datasette = application(Site(path))
    stop, commits = threading.Event(), []

    def write():
        with open_store(path, patience=timedelta(0)) as store:
            while not stop.is_set():
                with store.transaction():
                    store.write("UPDATE documents SET looked_at = looked_at")
                commits.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    for address in ("/?days=30", "/sources", "/store/documents", "/rules"):
        assert (await datasette.client.get(address)).status_code == 200
    stop.set()
    writer.join()
    assert len(commits) > 3


async def test_a_store_that_vanished_is_said_and_comes_back(store_path, tmp_path):
    path = tmp_path / "prrwatch.db"
    datasette = application(Site(path))
    gone = await datasette.client.get("/")
    assert gone.status_code == 503
    shutil.copy(store_path, path)
    assert (await datasette.client.get("/")).status_code == 200
