"""Whatever changes a row is sealed with it; what changes it behind the store's back is found, at rest to the bit."""

from __future__ import annotations

import random
import re
import sqlite3
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_world import NOW, POLICY, done, fetched, item, source, way_read

from prrwatch.errors import StoreError
from storage import backup, check, filing, jobs, rest, seals
from storage.store import open_readonly, open_store, originals_path

ITEMS = tuple(item(n) for n in range(6))
STEPS = st.lists(st.tuples(st.sampled_from(["file", "again", "forget", "fail"]), st.integers(0, 5)), max_size=4)


def file(store, *items):
    job = jobs.job(store, source(), POLICY, (), NOW)
    filing.file(store, [way_read(job.id, items), *(fetched(job.id, each) for each in items), done(job.id)], NOW)


@pytest.fixture
def filled(store):
    file(store, *ITEMS)
    return store


def broken(store) -> list[str]:
    return list(seals.broken(store.database.conn))


@settings(max_examples=8, deadline=None)
@given(steps=STEPS)
def test_every_way_of_writing_is_sealed(tmp_path_factory, steps):
    with open_store(tmp_path_factory.mktemp("sealed") / "prrwatch.db") as store:
        for step, n in steps:
            if step == "fail":
                with pytest.raises(ZeroDivisionError), store.transaction():
                    store.write("UPDATE sightings SET title = 'never'")
                    raise ZeroDivisionError
            elif step == "forget":
                with store.transaction():
                    store.write("DELETE FROM documents WHERE id = ?", (n,))  # and all that hangs on it
            else:
                file(store, *ITEMS[: n + 1])
        assert broken(store) == []


def test_every_column_of_every_table_is_sealed(filled):
    """A changed value of any kind, in any table that has a row, is told by the table's name."""
    connection = sqlite3.connect(filled.path, isolation_level=None)
    connection.executescript("DROP TRIGGER versions_stay; DROP TRIGGER texts_follow_versions")
    names = [row["name"] for row in filled.query("SELECT name FROM seals WHERE rows > 0")]
    assert {"documents", "versions", "sightings", "originals", "runs", "sources"} <= set(names)
    for table in names:
        for column in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("BEGIN")
            try:
                connection.execute(f'UPDATE {table} SET "{column}" = coalesce("{column}", 0) || 7 WHERE true')
            except sqlite3.IntegrityError:
                connection.execute("ROLLBACK")
                continue
            assert list(seals.broken(connection)), f"{table}.{column}"
            connection.execute("ROLLBACK")
    connection.close()


def test_a_lost_row_an_added_row_and_a_damaged_seal_are_told(filled):
    with sqlite3.connect(filled.path) as other:
        other.execute("DELETE FROM way_states WHERE n = 1")
        other.execute("UPDATE seals SET total = 'x' WHERE name = 'labels'")
        other.execute("DELETE FROM seals WHERE name = 'mutes'")
    other.close()
    assert broken(filled) == [
        "mutes: has no seal",
        "labels: its seal is damaged",
        "way_states: has 1 rows, not the 2 that were written",
    ]


def test_at_rest_every_flipped_byte_is_found_and_the_check_blesses_nothing(path):
    with open_store(path) as store:
        file(store, *ITEMS)
    chance = random.Random(3)
    for file_path in (path, originals_path(path)):
        whole = file_path.read_bytes()
        for _ in range(4):
            damaged = bytearray(whole)
            damaged[chance.randrange(100, len(damaged))] ^= 1 << chance.randrange(8)
            file_path.write_bytes(damaged)
            for _ in range(2):
                try:
                    with open_store(path) as store:
                        found = check.check(store)
                except StoreError as error:
                    found = (str(error),)
                assert found
            file_path.write_bytes(whole)
    with open_store(path) as store:
        assert check.check(store) == ()


def test_anybody_can_verify_the_hash_and_a_writer_gives_it_up(path):
    with open_store(path) as store:
        file(store, *ITEMS)
        assert rest.sum_path(path).read_bytes() == b""
    assert rest.sum_path(path).read_text() == f"{blake2b(path.read_bytes()).hexdigest()}  prrwatch.db\n"
    with open_store(path) as first, open_store(path) as second:
        file(first, item(8))
        file(second, item(9))
        first.close()
        assert rest.sum_path(path).read_bytes() == b"", "another one still writes"
    assert rest.sum_path(path).read_bytes() != b""
    with open_store(path) as store:
        assert check.check(store) == ()


def test_a_restored_backup_is_the_store_and_the_old_one_is_set_aside(filled, tmp_path):
    target, _ = backup.backup(filled, tmp_path / "copy.db")
    file(filled, item(9))
    filled.close()
    aside = backup.restore(target, filled.path, NOW)
    assert [each.name for each in aside] == [
        "prrwatch.db.before-20261122T080000Z",
        "prrwatch-originals.db.before-20261122T080000Z",
    ]
    with open_store(filled.path) as store:
        assert store.number("SELECT count(*) FROM documents") == len(ITEMS)
        assert check.check(store) == ()
    with open_store(aside[0]) as before:
        assert before.number("SELECT count(*) FROM documents") == len(ITEMS) + 1
    assert not list(tmp_path.glob("prrwatch-restore-*"))


def flip(target: Path) -> None:
    whole = bytearray(target.read_bytes())
    whole[-5000] ^= 1
    target.write_bytes(whole)


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (lambda target: originals_path(target).unlink(), "is missing"),
        (lambda target: target.unlink(), "is missing"),
        (lambda target: target.write_bytes(b"no database"), "not a database"),
        (flip, "damaged"),
        (lambda target: None, "is the store itself"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_changes(filled, tmp_path, damage, finding):
    target, _ = backup.backup(filled, tmp_path / "copy.db")
    damage(target)
    filled.close()
    before = {each.name: each.read_bytes() for each in tmp_path.glob("prrwatch*.db")}
    with pytest.raises(StoreError, match=re.escape(finding)):
        backup.restore(filled.path if "itself" in finding else target, filled.path, NOW)
    assert {each.name: each.read_bytes() for each in tmp_path.glob("prrwatch*.db")} == before
    with open_readonly(filled.path) as store:
        assert store.number("SELECT count(*) FROM documents") == len(ITEMS)
