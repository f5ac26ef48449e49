"""The command line: exit status, one clear line for every expected trouble, and the forms that programs read."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest

from scheduler.cli import COMMANDS
from scheduler.demo import Mailbox
from scheduler.demo.mailbox import Refuse
from storage.store import claim, open_readonly, open_store

READERS = (["status"], ["search", "x"], ["export", "stories"], ["alerts", "list"], ["alerts", "preview", "all"],
           ["sources", "list"], ["db", "check"])  # fmt: skip
MAIL = {"PRRWATCH_TEST_MAIL": "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org&mode=insecure"}


def mail(box: Mailbox) -> dict[str, str]:
    return {"PRRWATCH_TEST_MAIL": box.url("b@example.org")}


# -- what the operator wrote ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["sources", "check"], ["sources", "list"], ["status"], ["crawl"], ["run"]])
def test_a_wrong_catalogue_is_told_whole_each_with_file_and_key(filed, command):
    seeds = filed.folder / "seeds"
    good = (seeds / "example.toml").read_text()
    (seeds / "example.toml").write_text(good.replace('kind = "media"', 'kind = "blog"').replace("tier = 1", "tier = 9"))
    (seeds / "second.toml").write_text(good.replace('"example"', '"second"').replace('way = "feed"', 'way = "feet"'))
    done = filed(*command, **MAIL)
    assert done.refused(2, "example.toml: kind", "example.toml: tier", "second.toml: discover.0.way"), done


@pytest.mark.parametrize("command", [["status"], ["crawl"], ["run"], ["sources", "check"], ["export", "stories"]])
def test_a_wrong_site_file_is_told_whole(prrwatch, command):
    file = prrwatch.folder / "prrwatch.toml"
    file.write_text(file.read_text().replace("contact", "contcat") + 'at = "08:00"\nflavour = "mild"\n')
    done = prrwatch(*command, **MAIL)
    assert done.refused(2, "prrwatch.toml: crawler.contcat", "prrwatch.toml: subscriptions.all.flavour"), done


@pytest.mark.parametrize("text", ["not = [toml", "\0", "[store]\npath = 7"])
def test_a_site_file_that_is_no_toml(prrwatch, text):
    (prrwatch.folder / "prrwatch.toml").write_text(text)
    assert prrwatch("status").refused(2, "prrwatch.toml")


def test_a_site_file_that_is_not_there(prrwatch):
    assert prrwatch("--config", "elsewhere.toml", "status").refused(2, "elsewhere.toml")


@pytest.mark.parametrize("command", [["crawl"], ["run"], ["alerts", "deliver"], ["alerts", "test"]])
@pytest.mark.parametrize("environ", [{}, {"PRRWATCH_TEST_MAIL": " "}])
def test_a_missing_secret_names_its_variable(filed, command, environ):
    assert filed(*command, **environ).refused(2, "prrwatch.toml: channels.analysts.url", "PRRWATCH_TEST_MAIL")


@pytest.mark.parametrize("url", ["nonsense", "mailto://", "gopher://example.org/secret-word", "slack://secret-word"])
@pytest.mark.parametrize("command", [["crawl"], ["alerts", "test"]])
def test_a_channel_url_that_cannot_be_used_is_told_without_its_secret(filed, url, command):
    done = filed(*command, PRRWATCH_TEST_MAIL=url)
    assert done.refused(2, "analysts"), done
    assert "secret-word" not in done.err


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["crawl", "nobody"], "nobody: no source of this id"),
        (["crawl", "example", "nobody", "neither"], "neither: no source of this id"),
        (["sources", "try", "nobody"], "nobody: no source of this id"),
        (["alerts", "preview", "nobody"], "subscriptions.nobody: no such subscription"),
        (["alerts", "test", "nobody"], "channels.nobody: no such channel"),
    ],
)
def test_what_is_not_there_is_named(filed, command, word):
    assert filed(*command, **MAIL).refused(2, word)


@pytest.mark.parametrize(
    "command",
    [
        ["nothing"],
        ["export", "everything"],
        ["alerts"],
        ["extract"],
        ["alerts", "deliver", "--now", "soon"],
        ["--loud"],
    ],
)
def test_what_is_typed_wrongly_is_a_usage_error(prrwatch, command):
    done = prrwatch(*command)
    assert done.code == 2
    assert "Usage: prrwatch" in done.err
    assert "Traceback" not in done.err


# -- the store --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [each for each in READERS if each != ["sources", "list"]])
def test_no_store_yet(prrwatch, command):
    assert prrwatch(*command).refused(1, "there is no store here")
    assert not (prrwatch.folder / "prrwatch.db").exists()


@pytest.mark.parametrize(
    "command", [["status"], ["db", "check"], ["crawl"], ["run"], ["db", "migrate"], ["db", "backup", "c.db"]]
)
@pytest.mark.parametrize("bytes_", [b"This is a letter to my aunt. " * 300, os.urandom(8192)], ids=["text", "noise"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(prrwatch, command, bytes_):
    store = prrwatch.folder / "prrwatch.db"
    store.write_bytes(bytes_)
    assert prrwatch(*command, **MAIL).refused(1, "prrwatch.db: the store is not a database")
    assert store.read_bytes() == bytes_


@pytest.mark.parametrize("command", [["status"], ["search", "x"], ["run"], ["db", "migrate"]])
def test_a_database_of_another_program_is_refused_and_left_alone(prrwatch, command):
    store = prrwatch.folder / "prrwatch.db"
    with sqlite3.connect(store) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = store.read_bytes()
    assert prrwatch(*command, **MAIL).refused(1, "prrwatch.db: is a database of another program")
    assert store.read_bytes() == before


def test_a_damaged_store_is_told_by_the_check_and_by_whoever_meets_the_damage(filed):
    store = filed.folder / "prrwatch.db"
    with open_store(store) as opened:
        opened.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = bytearray(store.read_bytes())
    for page in range(2, len(damaged) // 4096, 2):
        damaged[page * 4096 : page * 4096 + 2000] = b"\xff" * 2000
    store.write_bytes(damaged)
    told = [filed(*command, **MAIL) for command in (["db", "check"], *READERS[:4])]
    assert told[0].refused(1, "prrwatch.db")
    assert all(done.code == 0 or done.refused(1, "prrwatch.db: the store is damaged") for done in told[1:]), told


@pytest.mark.parametrize("name", ["prrwatch.db", "prrwatch-originals.db", "prrwatch.db.lock"])
@pytest.mark.parametrize("command", [["crawl"], ["run"], ["alerts", "deliver"]])
def test_a_folder_in_the_place_of_a_file(prrwatch, command, name):
    (prrwatch.folder / name).mkdir()
    assert prrwatch(*command, **MAIL).refused(1, name)


def test_a_store_in_a_folder_that_is_not_there(prrwatch):
    done = prrwatch("--db", "nowhere/prrwatch.db", "crawl", **MAIL)
    assert done.refused(1, "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes read-only files")
@pytest.mark.parametrize("command", [["crawl"], ["run"], ["alerts", "deliver"]])
def test_a_store_that_cannot_be_written(filed, command):
    (filed.folder / "prrwatch.db").chmod(0o444)
    assert filed(*command, **MAIL).refused(1, "read-only")


@pytest.mark.parametrize("command", [["crawl"], ["run"], ["alerts", "deliver"], ["db", "migrate"]])
def test_a_second_one_at_work_is_refused_and_reading_goes_on(filed, command):
    with claim(filed.folder / "prrwatch.db"):
        done = filed(*command, **MAIL)
        assert done.refused(1, f"another prrwatch (process {os.getpid()}) works on"), done
        assert len(done.err.splitlines()) == 1
        assert filed("status").code == 0


@pytest.mark.parametrize("command", [["crawl"], ["alerts", "deliver"], ["alerts", "retry"]])
def test_a_store_that_another_program_has_locked(filed, command, monkeypatch):
    # The default patience of half a minute is the operator's, not this test's.
    monkeypatch.setattr(open_store, "__defaults__", (timedelta(seconds=0.05),))
    other = sqlite3.connect(filed.folder / "prrwatch.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert filed(*command, **MAIL).refused(1, "prrwatch.db: the store is locked by another program")
    finally:
        other.close()


# -- delivery ---------------------------------------------------------------------------------------------------------


def test_an_unreachable_channel_keeps_everything_until_it_answers(filed):
    done = filed("alerts", "deliver", **MAIL)
    assert (done.code, done.out) == (1, "0 sent, 2 to be tried again, 0 refused\n")
    assert "prrwatch: some messages were not accepted" in done.err
    assert "Traceback" not in done.err
    assert filed.json("status")["outbox"] == {"waiting": 2, "sent": 0, "dead": 0}
    with Mailbox() as box:
        later = "2126-11-22T08:00:00Z"
        assert filed("alerts", "deliver", "--now", later, **mail(box)).code == 0
        assert filed("alerts", "deliver", "--now", later, **mail(box)).out.startswith("0 sent, 0 to be tried again")
        ids = [each.message["X-Prrwatch-Id"] for each in box.mails]
    assert len(ids) == len(set(ids)) == 2
    assert filed.json("status")["outbox"] == {"waiting": 0, "sent": 2, "dead": 0}


def test_a_test_message_that_is_refused(filed):
    done = filed("alerts", "test", **MAIL)
    assert done.code == 1
    assert done.err.startswith("prrwatch: analysts, ")
    assert done.err.endswith(": retry\n")
    with Mailbox() as box:
        assert filed("alerts", "test", "analysts", **mail(box)).code == 0
        assert len(box.mails) == 1


def test_a_dead_letter_can_be_sent_again(filed):
    with Mailbox() as box:
        box.break_(Refuse())
        assert "2 refused" in filed("alerts", "deliver", **mail(box)).out
        assert len(filed.json("alerts", "list", "--failed")) == 2
        box.mend()
        assert filed("alerts", "retry").code == 0
        assert filed("alerts", "deliver", **mail(box)).out.startswith("2 sent")
    assert filed.json("alerts", "list", "--failed") == []


def test_a_preview_sends_nothing(filed):
    told = filed.json("alerts", "preview", "all")
    assert {each["title"] for each in told["stories"]} == {"Women and children repatriated from Syria enter a programme"
        , "=cmd|' /C calc'!A1 women repatriated from Syria"}  # fmt: skip
    assert filed.json("status")["outbox"]["sent"] == 0


# -- what programs read -----------------------------------------------------------------------------------------------


def test_the_form_of_status(filed):
    status = filed.json("status")
    assert status.keys() == {"sources", "outbox", "backlog", "itself"}
    [source] = status["sources"]
    assert source.keys() >= {
        "id",
        "state",
        "reason",
        "detail",
        "since",
        "last_read",
        "last_new",
        "ways",
        "next",
        "gaps",
    }
    assert (source["id"], source["state"], source["reason"]) == ("example", "ok", None)
    [way] = source["ways"]
    assert way.keys() >= {"way", "url", "state", "reason"}
    assert (way["way"], way["url"]) == ("feed", "https://news.example.org/feed.xml")
    assert status["outbox"].keys() == {"waiting", "sent", "dead"}
    assert status["itself"].items() >= {"missed": 0, "overlapped": 0, "killed": 0}.items()
    assert status["backlog"] == 0


@pytest.mark.parametrize(
    ("what", "rows", "fields"),
    [
        ("documents", 3, "id source url title published relevant score story versions state"),
        ("relevant", 2, "id source url title published relevant score story versions state"),
        ("stories", 2, "story title primary_url documents"),
        ("alerts", 2, "message kind story subscription channel state attempts accepted_at"),
    ],
)
def test_the_fields_of_exports(filed, what, rows, fields):
    as_lines = [json.loads(line) for line in filed("export", what, "--format", "jsonl").out.splitlines()]
    as_cells = list(csv.DictReader(io.StringIO(filed("export", what).out)))
    assert len(as_lines) == len(as_cells) == rows
    for row in (*as_lines, *as_cells):
        assert row.keys() >= set(fields.split())


def test_no_cell_of_a_csv_is_a_formula(filed):
    out = filed("export", "documents").out
    [hostile] = [row for row in csv.DictReader(io.StringIO(out)) if "calc" in row["title"]]
    assert hostile["title"] == "'=cmd|' /C calc'!A1 women repatriated from Syria"
    cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    [line] = [line for line in filed("export", "documents", "--format", "jsonl").out.splitlines() if "calc" in line]
    assert json.loads(line)["title"].startswith("=cmd"), "a program gets it as it is"


def test_an_empty_store_exports_nothing(prrwatch):
    with open_store(prrwatch.folder / "prrwatch.db"):
        pass
    for what in ("documents", "relevant", "stories", "alerts"):
        assert (prrwatch("export", what).code, prrwatch("export", what, "--format", "jsonl").out) == (0, "")


@pytest.mark.parametrize(
    "query", ['"', "a OR", "NEAR(", "*", "'; DROP TABLE documents; --", "\0", "col:x", "", "(" * 500]
)
def test_a_query_of_any_form_is_answered(filed, query):
    done = filed("search", query)
    assert done.code == 0 or done.refused(2), done
    assert "Traceback" not in done.err


def test_a_search_finds_and_shows_why(filed):
    done = filed("search", "apricot*")
    assert "Apricots will be late" in done.out
    assert "not relevant" in done.out
    [hit] = [json.loads(line) for line in filed("--json", "search", "apricot*").out.splitlines()]
    assert (hit["url"], hit["relevant"]) == ("https://news.example.org/a/2", False)


GARBAGE = b"\n".join([
    b'{"id": 1, "text": "Children repatriated from camps in Syria entered a rehabilitation programme."}',
    b"garbage", b"[]", b'{"id": 2}', b'{"id": 3, "text": 7}', b"\xff\xfe\x00", b"[" * 5000, b"", b"   ",
    b'{"id": 4, "text": ""}', b'{"id": "\\ud800", "text": "lone \\ud800 half"}', b'{"id": null, "text": "\\u0000"}',
])  # fmt: skip


@pytest.mark.parametrize(("command", "answer"), [("screen", "relevant"), ("stories", "story")])
def test_garbage_lines_are_named_and_the_others_done(prrwatch, command, answer):
    done = prrwatch(command, "--jsonl", stdin=GARBAGE)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [each["id"] for each in answers][:2] == [1, 4]
    assert len(answers) == 4
    assert all(answer in each for each in answers)
    assert done.code == 1
    told = [line.partition(": ")[2].split(": ")[0] for line in done.err.splitlines()]
    assert told == [f"stdin:{number}" for number in (2, 3, 4, 5, 6, 7)] + ["6 of the lines could not be read"]


def test_every_quote_of_screen_resolves(prrwatch):
    text = "Дети, возвращённые из лагерей в Сирии, проходят реабилитацию. " + RELEVANT_ENGLISH
    [answer] = [
        json.loads(line)
        for line in prrwatch("screen", "--jsonl", stdin=json.dumps({"id": "a", "text": text}).encode()).out.splitlines()
    ]
    assert answer.keys() >= {"id", "relevant", "score", "phases", "evidence"}
    assert answer["relevant"] is True
    assert answer["evidence"]
    for proof in answer["evidence"]:
        assert proof.keys() == {"rule", "quote", "start", "end"}
        assert text[proof["start"] : proof["end"]] == proof["quote"]


RELEVANT_ENGLISH = "Women repatriated from camps in Syria entered a rehabilitation programme with their children."


def test_extract_reads_pages_and_names_what_it_cannot_read(prrwatch):
    paragraphs = "".join(f"<p>{RELEVANT_ENGLISH} This is paragraph number {n}.</p>" for n in range(8))
    page = f"<html><head><title>A page</title></head><body><article><h1>A page</h1>{paragraphs}</article></body></html>"
    (prrwatch.folder / "page.html").write_text(page)
    (prrwatch.folder / "noise.bin").write_bytes(os.urandom(5000))
    read = json.loads(prrwatch("extract", "--url", "https://example.org/a", "page.html").out)
    assert read.keys() >= {"title", "text", "language", "published", "issuer"}
    assert (read["title"], read["published"]) == ("A page", None)
    assert prrwatch("extract", "--url", "https://example.org/a", "missing.html").refused(1, "missing.html")
    assert prrwatch("extract", "--url", "https://example.org/a", ".").refused(1, ".")
    assert prrwatch("extract", "--url", "https://example.org/a", "noise.bin").refused(1, "noise.bin")
    lines = b"\n".join([
        b'{"id": 1, "url": "https://example.org/a", "file": "page.html"}',
        b'{"id": 2, "url": "https://example.org/a", "file": "missing.html"}',
        b'{"id": 3, "url": "https://example.org/a", "file": "page.html", "fetched": "yesterday"}',
        b'{"id": 4, "url": "https://example.org/a"}',
        b"garbage",
    ])  # fmt: skip
    done = prrwatch("extract", "--jsonl", stdin=lines)
    answers = {each["id"]: each for each in map(json.loads, done.out.splitlines())}
    assert (done.code, answers.keys()) == (1, {1, 2, 3})
    assert answers[1]["title"] == "A page"
    assert "missing.html" in answers[2]["error"]
    assert "yesterday" in answers[3]["error"]


def test_the_store_can_be_backed_up_checked_and_migrated(filed):
    assert "whole" in filed("db", "check").out
    assert filed("db", "backup", "copy.db").code == 0
    assert "whole" in filed("--db", "copy.db", "db", "check").out
    assert "nothing to do" in filed("db", "migrate").out
    with open_readonly(filed.folder / "copy.db") as copy:
        assert copy.number("SELECT count(*) FROM documents") == 3


def test_options_are_understood_before_and_after_the_command(filed):
    before, after = filed("--json", "status").out, filed("status", "--json").out
    assert json.loads(before)["outbox"] == json.loads(after)["outbox"]
    assert filed("status", "--db", "nothing.db").refused(1, "nothing.db")


def test_every_source_of_the_catalogue_is_listed_with_its_state(filed):
    [row] = filed.json("sources", "list")
    assert (row["id"], row["state"]) == ("example", "ok")
    assert filed.json("sources", "check")["sources"] == 1


# -- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help(prrwatch, command):
    done = prrwatch(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: prrwatch")
    assert len(done.out.splitlines()) > 4


def test_every_command_below_a_command_has_help(prrwatch):
    for group in ("sources", "alerts", "db"):
        text = prrwatch(group, "--help").out.partition("Commands:")[2]
        names = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] != " "]
        assert names
        for name in names:
            assert len(prrwatch(group, name, "--help").out.splitlines()) > 4, (group, name)


def test_help_imports_nothing_heavy():
    heavy = ("scrapy", "twisted", "apprise", "trafilatura", "pydantic", "sqlite_utils", "apscheduler", "jinja2", "lxml")
    program = (
        "import sys; sys.argv = ['prrwatch', '--help']\n"
        "from scheduler.cli import main\n"
        "try:\n    main()\n"
        f"finally:\n    print('HEAVY', [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip().endswith("HEAVY []")
    assert all(name in done.stdout for name in COMMANDS)


def test_a_reader_that_goes_away_is_no_error(filed):
    """`prrwatch export documents | head -0`, as a real pipe."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, "-m", "scheduler", "export", "documents", "--format", "jsonl"],
        cwd=filed.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    writer.stdout.close()
    _, said = writer.communicate(timeout=60)
    assert (writer.returncode, said.decode()) == (0, "")
