from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Migrations
from storage_world import NOW, source

from prrwatch.errors import StoreError
from storage import migrations, sources
from storage.store import claim, open_readonly, open_store, originals_path, pending

FORK = multiprocessing.get_context("fork")
NOBODY = 65534
MOMENT = timedelta(milliseconds=50)


def add_up(path: Path, times: int) -> None:
    """Read, then write: what a deferred transaction loses to SQLITE_BUSY."""
    with open_store(path) as store:
        for _ in range(times):
            with store.transaction():
                before = store.number("SELECT requests FROM runs WHERE job = 'j'")
                store.write("UPDATE runs SET requests = ? WHERE job = 'j'", (before + 1,))


def with_one_more(sql: str) -> Migrations:
    """The steps of a later version of this program."""
    later = Migrations("prrwatch")
    for name in sorted(migrations.names(migrations.store)):
        later(name=name)(lambda db: None)
    later(name="9999_later")(lambda db: db.executescript(sql))
    return later


def as_nobody(act) -> str:
    """What `act` says when it is run without the rights of the superuser."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            answer = act()
        except StoreError as error:
            answer = f"StoreError: {error}"
        except BaseException as error:  # noqa: BLE001  a forked child must not run on into the test runner
            answer = f"crash: {error!r}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


@pytest.fixture
def open_folder():
    """A folder that everybody may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_new_store_has_its_schema_and_keeps_what_is_committed(path):
    assert set(pending(path)) == migrations.names(migrations.store)
    with open_store(path) as store:
        sources.mirror(store, [source()], NOW)
    assert pending(path) == ()
    with open_store(path) as store:
        assert store.number("SELECT count(*) FROM sources") == 1


def test_the_store_is_set_up_to_survive_power_loss(store):
    settings = {name: store.query(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert store.originals.conn.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_two_processes_lose_no_transaction(path):
    with open_store(path) as store:
        sources.mirror(store, [source()], NOW)
        with store.transaction():
            store.write("INSERT INTO runs (job, source, started) VALUES ('j', 'example', '')")
    workers = [FORK.Process(target=add_up, args=(path, 60)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with open_store(path) as store:
        assert store.number("SELECT requests FROM runs") == 120


def test_two_processes_may_make_the_store_at_once(path):
    workers = [FORK.Process(target=lambda: open_store(path).close()) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * 6


def test_a_failed_transaction_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        sources.add(store, source(), NOW)
        raise ZeroDivisionError
    assert store.number("SELECT count(*) FROM sources") == 0
    sources.mirror(store, [source()], NOW)


def test_there_is_no_writing_outside_a_transaction_and_none_within_one(store):
    with pytest.raises(RuntimeError, match="outside"):
        store.write("DELETE FROM sources")
    with pytest.raises(RuntimeError, match="nest"), store.transaction(), store.transaction():
        pass


def test_our_own_mistakes_in_sql_crash(store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.query("SELECT * FROM nowhere")


def test_a_locked_store_says_so(path, store):
    with store.transaction(), pytest.raises(StoreError, match="locked by another program"):
        open_store(path, MOMENT)
    with (
        open_store(path, MOMENT) as second,
        store.transaction(),
        pytest.raises(StoreError, match="locked by another program"),
        second.transaction(),
    ):
        pass
    with open_store(path, MOMENT):
        pass


@pytest.mark.parametrize("content", [b"not a database at all, just text" * 50, b"SQLite format 3\0" + bytes(4000)])
def test_a_file_that_is_no_database_is_left_alone(path, content):
    path.write_bytes(content)
    for opening in (open_store, open_readonly, pending):
        with pytest.raises(StoreError, match=r"is not a database|is damaged"):
            opening(path)
    assert path.read_bytes() == content


def test_a_damaged_store_says_so(path):
    with open_store(path) as store:
        sources.mirror(store, [source(f"s{n}") for n in range(200)], NOW)
    whole = bytearray(path.read_bytes())
    whole[4096 : len(whole)] = os.urandom(len(whole) - 4096)
    path.write_bytes(whole)
    with pytest.raises(StoreError, match="damaged") as raised, open_store(path) as store:
        store.query("SELECT * FROM sources")
    assert str(path) in str(raised.value)


def test_another_programs_database_is_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (a)")
    other.close()
    before = path.read_bytes()
    for opening in (open_store, open_readonly, pending):
        with pytest.raises(StoreError, match="another program"):
            opening(path)
    assert path.read_bytes() == before


def test_a_missing_folder_or_a_folder_for_a_file_is_told(tmp_path):
    with pytest.raises(StoreError, match="does not exist; make it"):
        open_store(tmp_path / "nowhere" / "prrwatch.db")
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)
    with pytest.raises(StoreError, match="there is no store here"):
        open_readonly(tmp_path / "prrwatch.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b?c#d%20.db", "без расширения", ":memory:", "x.tar.db", "'; DROP.db"])
def test_any_file_name_will_do(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with open_store(Path(name)) as store:
        sources.mirror(store, [source()], NOW)
    with open_readonly(Path(name)) as store:
        assert store.number("SELECT count(*) FROM sources") == 1
    made = {each.name for each in tmp_path.iterdir() if not each.name.endswith(("-wal", "-shm", ".b2"))}
    assert made == {name, originals_path(Path(name)).name}


def test_two_names_of_one_store_are_one_store(path, tmp_path):
    open_store(path).close()
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / "link.db"
    other.symlink_to(path)
    with claim(path), pytest.raises(StoreError, match="works on"):
        claim(other)
    assert originals_path(other) == originals_path(path)


@pytest.mark.parametrize("lost", ["'0001_first'", "'0003_mutes'", "name"])
def test_a_store_that_forgot_its_schema_is_damaged(path, lost):
    with open_store(path) as store, store.transaction():
        store.write(f"DELETE FROM _sqlite_migrations WHERE name = {lost}")
    for opening in (open_store, open_readonly):
        with pytest.raises(StoreError, match="is damaged"):
            opening(path)


def test_a_newer_schema_is_refused(path):
    with open_store(path) as store, store.transaction():
        store.write("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('prrwatch', '9999_newer')")
    for opening in (open_store, open_readonly, pending):
        with pytest.raises(StoreError, match="newer prrwatch"):
            opening(path)


def test_an_older_schema_is_brought_up_to_date_by_a_writer_only(path, monkeypatch):
    open_store(path).close()
    monkeypatch.setattr(migrations, "store", with_one_more("CREATE TABLE second (a); CREATE TABLE third (a);"))
    assert pending(path) == ("9999_later",)
    with pytest.raises(StoreError, match="db migrate"):
        open_readonly(path)
    with open_store(path) as store:
        assert store.number("SELECT count(*) FROM second") == 0
    open_readonly(path).close()


def test_a_failing_migration_leaves_the_store_as_it_was(path, monkeypatch):
    open_store(path).close()
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "store", with_one_more("CREATE TABLE second (a); CREATE TABLE second (a);"))
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            open_store(path)
    with open_store(path) as store:
        assert store.number("SELECT count(*) FROM sqlite_master WHERE name = 'second'") == 0


def test_read_only_reads_beside_a_writer_and_cannot_write(path, store):
    sources.mirror(store, [source()], NOW)
    with open_readonly(path) as reader, store.transaction():
        store.write("UPDATE sources SET name = 'new'")
        assert reader.first("SELECT name FROM sources")["name"] == "The example"
    with open_readonly(path) as reader:
        assert reader.first("SELECT name FROM sources")["name"] == "new"
        with pytest.raises(StoreError, match="read-only"):
            sources.mirror(reader, [source("other")], NOW)


def test_read_only_does_without_the_originals(path, tmp_path):
    open_store(path).close()
    originals_path(path).unlink()
    with open_readonly(path) as reader:
        assert reader.number("SELECT count(*) FROM sources") == 0
    assert not originals_path(path).exists()


def test_a_read_only_file_and_folder_are_told(open_folder):
    path = open_folder / "prrwatch.db"
    open_store(path).close()
    answer = as_nobody(lambda: open_store(path).close() or "opened") if os.getuid() == 0 else _read_only_file(path)
    assert "StoreError" in answer
    assert "read-only" in answer or "cannot be opened" in answer
    open_folder.chmod(0o555)
    for left_by_readers in (False, True):
        if left_by_readers:
            open_readonly(path).close()
        assert as_nobody(lambda: str(open_readonly(path).number("SELECT count(*) FROM sources"))) == "0"
    assert "StoreError" in as_nobody(lambda: open_store(open_folder / "new.db").close() or "opened")
    assert as_nobody(lambda: str(open_readonly(path).number("SELECT count(*) FROM sources"))) == "0"
    assert "StoreError" in as_nobody(lambda: claim(open_folder / "other.db").release() or "claimed")


def _read_only_file(path: Path) -> str:
    path.chmod(0o444)
    return as_nobody(lambda: open_store(path).close() or "opened")


def test_a_full_disk_is_told_and_nothing_is_lost(path):
    with open_store(path) as store:
        sources.mirror(store, [source()], NOW)
        pages = store.number("PRAGMA page_count")
        store.query(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full"):
            sources.mirror(store, [source(f"s{n}") for n in range(500)], NOW)
        assert store.number("SELECT count(*) FROM sources") == 1
        store.query("PRAGMA max_page_count = 1000000")
        sources.mirror(store, [source(f"s{n}") for n in range(500)], NOW)
        assert store.number("SELECT count(*) FROM sources") == 501


def test_a_sqlite_that_is_too_old_is_told(path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    for opening in (open_store, open_readonly):
        with pytest.raises(StoreError, match=r"install a Python with SQLite 3\.38\.0"):
            opening(path)


def test_a_second_claim_names_the_holder(path):
    with claim(path), pytest.raises(StoreError, match=rf"process {os.getpid()}\) works on"):
        claim(path)
    claim(path).release()


def test_a_killed_holder_gives_its_claim_back(path):
    ready, told = FORK.Pipe()

    def hold() -> None:
        held = claim(path)
        told.send(os.getpid())
        signal.pause()
        held.release()

    holder = FORK.Process(target=hold)
    holder.start()
    pid = ready.recv()
    with pytest.raises(StoreError, match=f"process {pid}"):
        claim(path)
    os.kill(pid, signal.SIGKILL)
    holder.join(10)
    claim(path).release()
