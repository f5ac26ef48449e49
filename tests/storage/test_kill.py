"""Killed at any moment, the store holds whole batches only, and filing the job again gives every item once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal

from storage_world import NOW, POLICY, done, fetched, item, source, unreadable, way_read

from storage import check, filing, jobs, runs
from storage.store import claim, open_store

FORK = multiprocessing.get_context("fork")
ITEMS = tuple(item(n) for n in range(400))
BATCH = 8
KILLS = 8


def _carry_on(path, begun) -> None:
    """Do what the daemon does: take up the job where the last life left it, a batch at a time."""
    with claim(path), open_store(path) as store:
        runs.mark_cut(store, NOW)
        job = jobs.job(store, source(), POLICY, (), NOW)
        todo = [each for each in ITEMS if each.key not in job.known]
        filing.file(store, [way_read(job.id, ITEMS)], NOW)
        begun.send(len(todo))
        # The parent counts batches, so that a slow machine is killed as far into the work as a fast one.
        for start in range(0, len(todo), BATCH):
            batch = todo[start : start + BATCH]
            filing.file(store, [fetched(job.id, each) for each in batch[:-1]], NOW)
            filing.file(store, [unreadable(job.id, batch[-1]), fetched(job.id, batch[-1])], NOW)
            begun.send(0)
        filing.file(store, [done(job.id)], NOW)


def _life(path, batches: int, patience: float) -> int:
    """One life of the filing process, ended by SIGKILL `patience` seconds after some batches; what it had to do."""
    told, begun = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_carry_on, args=(path, begun))
    process.start()
    assert told.poll(120)
    todo: int = told.recv()
    for _ in range(min(batches, todo // BATCH)):
        assert told.poll(120)
        told.recv()
    process.join(patience)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    return todo


def test_killed_while_filing_nothing_is_half_there_nothing_lost_nothing_twice(path):
    open_store(path).close()
    chance = random.Random(7)
    left = []
    for _ in range(KILLS):
        left.append(_life(path, chance.randrange(6), chance.uniform(0.0, 0.03)))
        with open_store(path) as store:
            assert check.check(store) == ()
            assert store.number("SELECT count(*) FROM sightings") == len(ITEMS)
            _whole(store)
    assert left == sorted(left, reverse=True)
    assert left[-1] < len(ITEMS)
    _life(path, len(ITEMS), 30)
    with open_store(path) as store:
        assert store.number("SELECT count(*) FROM documents") == len(ITEMS)
        assert store.number("SELECT count(*) FROM versions") == len(ITEMS)
        assert store.number("SELECT count(*) FROM runs WHERE ended IS NULL") == 0
        assert check.check(store) == ()


def _whole(store) -> None:
    """A document comes with its version, its key, its original, its words and its sighting, or not at all."""
    documents = store.number("SELECT count(*) FROM documents")
    for sql in (
        "SELECT count(*) FROM versions",
        "SELECT count(*) FROM originals WHERE document IS NOT NULL",
        "SELECT count(*) FROM document_keys",
        "SELECT count(*) FROM sightings WHERE document IS NOT NULL",
        "SELECT count(*) FROM texts WHERE texts MATCH 'Article'",
    ):
        assert store.number(sql) == documents, sql
    # A batch's last article is tried in vain and read in one transaction: never the one without the other.
    assert store.number("SELECT count(*) FROM sightings WHERE reason IS NOT NULL") == 0
