from __future__ import annotations

import random
import sqlite3

import pytest
from storage_world import DAY, NOW, POLICY, done, fetched, item, source, verdict, way_read

from prrwatch.alert import Alert, AlertKind, Recipient
from prrwatch.errors import StoreError
from prrwatch.stories import sketch
from storage import backup, bodies, check, export, filing, jobs, judging, outbox, sources
from storage.records import Decision
from storage.store import open_readonly, open_store, originals_path

ITEMS = tuple(item(n) for n in range(40))


def fill(store):
    job = jobs.job(store, source(), POLICY, (), NOW)
    read = [fetched(job.id, each, f"{each.title} told of women, children and courts. " * 20) for each in ITEMS]
    filing.file(store, [way_read(job.id, ITEMS), *read, done(job.id)], NOW)
    filing.file(store, [fetched(job.id, each, f"Edited {each.title}.", at=NOW + DAY) for each in ITEMS[:9]], NOW)
    people = (Recipient("a@example.org", "a…"),)
    decisions = [
        Decision(
            each.id,
            each.version,
            verdict(each.document.text, relevant=each.id % 2 == 1, score=1.0 if each.id % 2 else each.id / 50),
            "s-1" if each.id % 2 else None,
            "first",
            sketch(each.document.text),
            alerts=((Alert(f"token-{each.id:04}", AlertKind.NEW, "sub", "room", ("s-1",)), people),)
            if each.id % 2
            else (),
        )
        for each in judging.unjudged(store, "rules-1", 100)
    ]
    judging.record(store, decisions, NOW)


@pytest.fixture
def filled(store):
    fill(store)
    return store


def raw(path, *statements):
    """Change the file behind the store's back."""
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_whole_store_has_no_findings(filled):
    assert check.check(filled) == ()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (("DROP TRIGGER versions_stay", "UPDATE versions SET text = text || ' ' WHERE id = 3"), "text of row 3"),
        (("DROP TRIGGER versions_stay", "UPDATE versions SET title = 'x' WHERE id = 30"), "full-text index"),
        (("UPDATE memberships SET story = 'nowhere' WHERE document = 1",), "names a row of stories"),
        (("UPDATE sightings SET document = NULL WHERE id = 2",), "neither read, nor planned"),
        (("DELETE FROM document_keys WHERE document = 4",), "without a key"),
        (("UPDATE documents SET version = 1 WHERE id = 2",), "current version is another"),
        (("DELETE FROM deliveries WHERE id = 1",), "alerts for nobody"),
        (("INSERT INTO stories (id, opened) VALUES ('s-9', '')",), "stories without a document: s-9"),
    ],
)
def test_damage_to_rows_is_found(filled, damage, finding):
    raw(filled.path, *damage)
    assert finding in "\n".join(check.check(filled))


def test_damage_to_originals_is_found(filled):
    addresses = [row["sha256"] for row in filled.query("SELECT sha256 FROM originals ORDER BY id")]
    raw(
        originals_path(filled.path),
        f"UPDATE bodies SET zstd = x'00' WHERE sha256 = '{addresses[0]}'",
        f"DELETE FROM bodies WHERE sha256 = '{addresses[1]}'",
        f"UPDATE bodies SET zstd = (SELECT zstd FROM bodies WHERE sha256 = '{addresses[2]}'),"
        f" size = (SELECT size FROM bodies WHERE sha256 = '{addresses[2]}') WHERE sha256 = '{addresses[3]}'",
    )
    findings = "\n".join(check.check(filled))
    assert f"bytes of {addresses[0]} are not" in findings
    assert "bytes of row 2 are missing" in findings
    assert f"bytes of {addresses[3]} are not" in findings
    with pytest.raises(StoreError, match="damaged"):
        bodies.body(filled, addresses[0])


def test_damage_to_pages_is_found_or_harmless(tmp_path):
    """Flipped bytes are found, unless they lie where nothing is kept: then everything reads as before."""
    path = tmp_path / "prrwatch.db"
    with open_store(path) as store:
        fill(store)
        before = exported(store)
        store.query("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    chance, missed = random.Random(11), 0
    for _ in range(25):
        damaged = bytearray(whole)
        at = chance.randrange(4096, len(damaged) - 64)
        damaged[at : at + 64] = chance.randbytes(64)
        path.write_bytes(damaged)
        missed += not _found(path, before)
    assert missed == 0


def _found(path, before) -> bool:
    try:
        with open_store(path) as store:
            return bool(check.check(store)) or exported(store) == before
    except (StoreError, sqlite3.Error):
        return True


def exported(store):
    return {
        "documents": list(export.documents(store)),
        "stories": list(export.stories(store)),
        "alerts": list(export.alerts(store)),
        "texts": [tuple(row) for row in store.query("SELECT id, text FROM versions ORDER BY id")],
    }


def test_a_backup_is_a_store_with_the_same_content(filled, tmp_path):
    target, beside = backup.backup(filled, tmp_path / "copy.db")
    names = [beside.name, f"{beside.name}.b2", target.name, f"{target.name}.b2"]
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == names
    with open_readonly(target) as copy:
        assert exported(copy) == exported(filled)
    with open_store(target) as copy:
        assert check.check(copy) == ()
        address = copy.query("SELECT sha256 FROM originals")[0]["sha256"]
        assert bodies.body(copy, address) == bodies.body(filled, address)


def test_a_backup_may_be_taken_while_another_writes(filled, tmp_path):
    with open_readonly(filled.path) as reader, filled.transaction():
        filled.write("UPDATE sources SET name = 'unfinished'")
        backup.backup(reader, tmp_path / "copy.db")
    with open_readonly(tmp_path / "copy.db") as copy:
        assert copy.first("SELECT name FROM sources")["name"] == "The example"
    backup.backup(filled, tmp_path / "copy.db")
    with open_readonly(tmp_path / "copy.db") as copy:
        assert copy.first("SELECT name FROM sources")["name"] == "unfinished"


def test_a_backup_does_not_overwrite_the_store(filled, tmp_path):
    for target in (filled.path, originals_path(filled.path)):
        with pytest.raises(StoreError, match="the store itself"):
            backup.backup(filled, target)
    with pytest.raises(StoreError, match="does not exist"):
        backup.backup(filled, tmp_path / "nowhere" / "copy.db")


def test_exports_have_the_fields_of_the_contract(filled):
    first = next(iter(export.documents(filled)))
    assert (first.id, first.source, first.url, first.title) == (1, "example", ITEMS[0].url, "Article 0")
    assert (first.published, first.relevant, first.score, first.story) == (None, True, 1.0, "s-1")
    assert (first.versions, first.state) == (2, "live")
    assert [each.id for each in export.relevant(filled)] == list(range(1, 41, 2))
    (story,) = export.stories(filled)
    assert (story.story, story.documents, story.title) == ("s-1", 20, "Article 0")
    alert = next(iter(export.alerts(filled)))
    assert (alert.message, alert.kind, alert.story, alert.subscription, alert.channel) == (
        "token-0001",
        "new",
        "s-1",
        "sub",
        "room",
    )
    assert (alert.state, alert.attempts, alert.accepted_at, alert.recipient) == ("waiting", 0, None, "a…")


def test_views_say_what_they_promise(filled):
    outbox.lease(filled, NOW, 1, 60)
    assert filled.number("SELECT count(*) FROM relevant") == 20
    near = [row["score"] for row in filled.query("SELECT score FROM near_misses")]
    assert near == sorted(near, reverse=True)
    assert len(near) == 20
    assert filled.query("SELECT rules FROM near_misses")[0]["rules"] == '["what","who"]'
    assert filled.number("SELECT count(*) FROM alerts_sent WHERE state = 'leased'") == 1
    assert filled.query("SELECT documents, relevant FROM source_health")[0][:] == (40, 20)


def test_a_published_date_is_exported_as_exactly_as_it_is_known(store):
    job = jobs.job(store, source(), POLICY, (), NOW)
    dated = item(1, published=NOW)
    filing.file(store, [way_read(job.id, [dated]), fetched(job.id, dated)], NOW)
    assert [each.published for each in export.documents(store)] == ["2026-11-22T08:00:00+00:00"]
    sources.mirror(store, [], NOW)
    assert len(list(export.documents(store))) == 1
