"""Corruption x 100, power loss x 100, two daemons x 100.

Run by hand: `python -m pytest -q -s tests/slow/test_disasters.py`; about two minutes; prints what it counted.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "storage"))

from storage_world import NOW, POLICY, done, fetched, item, source, way_read
from test_check import fill

from prrwatch.errors import StoreError
from storage import check, filing, jobs
from storage.store import claim, open_store, originals_path

TIMES = 100
FORK = multiprocessing.get_context("fork")
PAGE = 4096
#: A disk writes sectors whole or not at all.
SECTOR = 512


@dataclass(frozen=True)
class Snapshot:
    """The store's four files after a commit."""

    db: bytes
    wal: bytes
    originals: bytes
    originals_wal: bytes

    def put(self, path: Path) -> None:
        for place, content in zip(places(path), (self.db, self.wal, self.originals, self.originals_wal), strict=True):
            place.write_bytes(content)


def tell(account: str) -> None:
    sys.stdout.write(f"\n{account}\n")


def places(path: Path) -> tuple[Path, ...]:
    beside = originals_path(path)
    return tuple(each.with_name(each.name + suffix) for each in (path, beside) for suffix in ("", "-wal"))


def snapshot(path: Path) -> Snapshot:
    return Snapshot(*(each.read_bytes() if each.exists() else b"" for each in places(path)))


def torn(chance: random.Random, before: bytes, after: bytes, unit: int) -> bytes:
    """What a disk holds when the power goes between two syncs: of what changed, some units are new, some old."""
    length = chance.randrange(min(len(before), len(after)), max(len(before), len(after)) + 1)
    old, new = (each.ljust(length, b"\0")[:length] for each in (before, after))
    share = chance.random()
    return b"".join((new if chance.random() < share else old)[start : start + unit] for start in range(0, length, unit))


def tables(store) -> dict[str, list[tuple]]:
    names = [row["name"] for row in store.query("SELECT name FROM seals ORDER BY name")]
    return {name: sorted(map(repr, map(tuple, store.query(f'SELECT * FROM "{name}"')))) for name in names}


# corruption --------------------------------------------------------------------------------------------------------


def flipped_bit(chance: random.Random, whole: bytes) -> bytes:
    return at(whole, place := chance.randrange(len(whole)), bytes([whole[place] ^ 1 << chance.randrange(8)]))


def noise(chance: random.Random, whole: bytes) -> bytes:
    return at(whole, chance.randrange(len(whole) - 64), chance.randbytes(64))


def zeroed_sector(chance: random.Random, whole: bytes) -> bytes:
    return at(whole, chance.randrange(len(whole) // SECTOR) * SECTOR, bytes(SECTOR))


def misplaced_page(chance: random.Random, whole: bytes) -> bytes:
    source_page, target = chance.sample(range(1, len(whole) // PAGE), 2)
    return at(whole, target * PAGE, whole[source_page * PAGE : (source_page + 1) * PAGE])


def at(whole: bytes, place: int, what: bytes) -> bytes:
    return whole[:place] + what + whole[place + len(what) :]


def damaged(chance: random.Random, whole: bytes) -> bytes:
    """The file with damage that changes it: a zeroed sector of zeros is none."""
    while True:
        how = chance.choice((flipped_bit, noise, zeroed_sector, misplaced_page))
        if (other := how(chance, whole)) != whole:
            return other


def findings(path: Path) -> tuple[str, ...]:
    try:
        with open_store(path) as store:
            return check.check(store)
    except StoreError as error:
        return (str(error),)


def sqlite_alone(path: Path) -> bool:
    """Whether SQLite's own check finds something."""
    import sqlite3  # noqa: PLC0415 - only here: what it is measured against

    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError):  # what it tells may quote what is damaged
        return True
    finally:
        connection.close()


def test_corruption_at_rest(tmp_path):
    path = tmp_path / "prrwatch.db"
    with open_store(path) as store:
        fill(store)
    chance, found, alone = random.Random(20261122), 0, 0
    files = {each: each.read_bytes() for each in (path, originals_path(path))}
    for _ in range(TIMES):
        victim = chance.choice(list(files))
        victim.write_bytes(damaged(chance, files[victim]))
        found += bool(findings(path))
        alone += sqlite_alone(victim)
        _put_back(files)
    tell(f"corruption at rest: {TIMES} times, found {found}; SQLite's own check alone: {alone}")
    assert found == TIMES
    assert findings(path) == ()


def test_corruption_of_a_store_whose_writer_was_killed(tmp_path):
    """No hash of the file is there: what is unused may rot, what was written may not."""
    path = tmp_path / "prrwatch.db"
    with open_store(path) as store:
        fill(store)
        before = tables(store)
        store.query("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = path.read_bytes()
    chance, found, alone, harmless = random.Random(11), 0, 0, 0
    while found + harmless < 20 * TIMES and found < TIMES:
        for each in path.parent.iterdir():
            if each.name.startswith("prrwatch.db"):
                each.unlink()
        path.write_bytes(damaged(chance, whole))
        own = sqlite_alone(path)
        if findings(path):
            found += 1
            alone += own
            continue
        with open_store(path) as store:
            assert tables(store) == before, "content changed, and nobody noticed"
        harmless += 1
    tell(f"corruption, no hash at rest: found {found}, SQLite's own check alone {alone}")
    tell(f"flipped in unused space besides, with every row as before: {harmless}")
    assert found == TIMES


def _put_back(files: dict[Path, bytes]) -> None:
    for path, whole in files.items():
        path.write_bytes(whole)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


# power loss --------------------------------------------------------------------------------------------------------

BATCHES = 60


def committed(folder: Path) -> list[Snapshot]:
    """The files after each of many commits, with checkpoints between them."""
    path = folder / "prrwatch.db"
    with open_store(path) as store:
        assert (
            store.query("PRAGMA synchronous")[0][0]
            == store.originals.conn.execute("PRAGMA synchronous").fetchone()[0]
            == 2
        )
        for connection in (store.database.conn, store.originals.conn):
            connection.execute("PRAGMA wal_autocheckpoint = 40")
        job = jobs.job(store, source(), POLICY, (), NOW)
        filing.file(store, [way_read(job.id, [item(n) for n in range(3 * BATCHES)])], NOW)
        seen = [snapshot(path)]
        for number in range(BATCHES):
            filing.file(store, [fetched(job.id, item(n)) for n in range(3 * number, 3 * number + 3)], NOW)
            seen.append(snapshot(path))
        filing.file(store, [done(job.id)], NOW)
    return seen


def cut(chance: random.Random, before: Snapshot, after: Snapshot) -> tuple[Snapshot, bool]:
    """A state in which the power may leave the disk during the commit, and whether the commit was answered by then.

    A commit writes the WAL and syncs it; a checkpoint then writes the file and syncs that. Bodies go first.
    """
    stage = chance.randrange(4)
    whole = (before.originals_wal, before.originals, before.wal, before.db)
    new = (after.originals_wal, after.originals, after.wal, after.db)
    unit = PAGE if stage % 2 else SECTOR
    mixed = (*new[:stage], torn(chance, whole[stage], new[stage], unit), *whole[stage + 1 :])
    return Snapshot(db=mixed[3], wal=mixed[2], originals=mixed[1], originals_wal=mixed[0]), stage == 3


def test_power_loss(tmp_path):
    (tmp_path / "writer").mkdir()
    seen = committed(tmp_path / "writer")
    chance, opened, lost = random.Random(20261122), 0, 0
    stages: Counter[bool] = Counter()
    for number in range(TIMES):
        folder = tmp_path / str(number)
        folder.mkdir()
        at_commit = chance.randrange(BATCHES)
        state, answered = cut(chance, seen[at_commit], seen[at_commit + 1])
        stages[answered] += 1
        state.put(folder / "prrwatch.db")
        with open_store(folder / "prrwatch.db") as store:
            opened += 1
            promised = 3 * (at_commit + answered)
            there = {row["url"] for row in store.query("SELECT url FROM documents")}
            lost += len({item(n).url for n in range(promised)} - there)
            assert len(there) in (3 * at_commit, 3 * at_commit + 3), "half a commit"
            assert check.check(store) == ()
    tell(f"power loss: {TIMES} times ({stages[True]} in the checkpoint), stores whole: {opened}, items lost: {lost}")
    assert (opened, lost) == (TIMES, 0)


# two daemons -------------------------------------------------------------------------------------------------------


def _daemon(path: Path, start, answer) -> None:
    start.wait()
    try:
        with claim(path), open_store(path):
            answer.send("runs")
            start.wait()  # until the other one has had its answer
    except StoreError as error:
        answer.send(str(error))
        start.wait()


def test_two_daemons_at_once(tmp_path):
    outcomes: Counter[str] = Counter()
    for number in range(TIMES):
        path = tmp_path / f"{number}.db"
        start = FORK.Barrier(3)
        pipes = [FORK.Pipe(duplex=False) for _ in range(2)]
        daemons = [FORK.Process(target=_daemon, args=(path, start, send)) for _, send in pipes]
        for each in daemons:
            each.start()
        start.wait(20)
        answers = [receive.recv() for receive, _ in pipes if receive.poll(20)]
        start.wait(20)
        for each in daemons:
            each.join(20)
        assert len(answers) == 2
        outcomes[" and ".join(sorted("runs" if each == "runs" else "is refused" for each in answers))] += 1
        refused = [each for each in answers if each != "runs"]
        assert all("another prrwatch" in each for each in refused), refused
    tell(f"two daemons: {dict(outcomes)}")
    assert outcomes == {"is refused and runs": TIMES}
