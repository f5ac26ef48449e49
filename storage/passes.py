"""What a pass leaves behind: its ways' results, its counts, and at its end validators and the source's health.

All inside the open transaction.
"""

from __future__ import annotations

from datetime import datetime

from prrwatch.crawl import JobDone, Reason, Unreadable, WayRead
from prrwatch.doubts import doubt
from prrwatch.health import READ, Pass, after_pass
from prrwatch.planning import Outlook
from prrwatch.source import Source
from storage import documents, gaps, guesses, health, planning, rows, runs, sources
from storage.doubts import shown
from storage.records import Filed
from storage.store import Store


def note_way(store: Store, read: WayRead, new_items: int) -> None:
    """Keep a way's result; its validators wait for the end of the pass.

    The last word on a way counts: a pass that had to be given up is told as a failure of its way after all.
    """
    store.write(
        """
        INSERT INTO way_results (run, source, way, kind, url, at, unchanged, failure, detail, items, new_items)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, way, url) DO UPDATE SET at = excluded.at, unchanged = excluded.unchanged,
            failure = excluded.failure, detail = excluded.detail
        WHERE excluded.at > at
        """,
        (
            read.job,
            read.source,
            read.way,
            _kind(store, read),
            read.url,
            rows.time(read.at),
            read.unchanged,
            read.failure,
            read.detail,
            len(read.items),
            new_items,
        ),
    )
    if read.failure is None:
        store.write_many(
            """
            INSERT INTO pending_validators (run, url, etag, last_modified) SELECT ?, ?, ?, ?
            WHERE EXISTS (SELECT 1 FROM runs WHERE job = ? AND ended IS NULL)
            ON CONFLICT (run, url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified
            """,
            [(read.job, each.url, each.etag, each.last_modified, read.job) for each in read.validators],
        )


def count_read(store: Store, job: str) -> None:
    """Count an article that was read or found unchanged."""
    store.write("UPDATE runs SET fetched = fetched + 1 WHERE job = ? AND ended IS NULL", (job,))


def count_failure(store: Store, unreadable: Unreadable) -> None:
    """Count an article that was tried in vain."""
    store.write(
        """
        INSERT INTO run_failures (run, reason, articles) VALUES (?, ?, 1)
        ON CONFLICT (run, reason) DO UPDATE SET articles = articles + 1
        """,
        (unreadable.job, unreadable.reason.value),
    )


def revisit_failed(store: Store, unreadable: Unreadable, number: int) -> Filed:
    """A document that we have could not be read again: withdrawn if it is not there, else due again."""
    if unreadable.reason is Reason.HTTP_404:
        return Filed(gone=(number,) if documents.withdraw(store, number, unreadable.at) else ())
    if unreadable.permanent:
        documents.looked_at(store, number, unreadable.at)
    return Filed(unreadable=1)


def end(store: Store, done: JobDone, now: datetime, view: Outlook) -> tuple[str, ...]:
    """Close a pass: run, health, validators, the next look. Returns its source, nothing where it was closed before."""
    runs.begin(store, done.job, done.source, done.started)
    closed = store.write(
        """
        UPDATE runs SET started = ?, ended = ?, requests = ?, bytes = ?, cut_short = ? WHERE job = ? AND ended IS NULL
        """,
        (rows.time(done.started), rows.time(done.ended), done.requests, done.bytes_received, done.cut_short, done.job),
    )
    if not closed:
        return ()
    source = sources.source(store, done.source)
    ended = _ended(store, done, source)
    worked = any(way.failure is None for way in ended.ways)
    after = after_pass(health.health(store, done.source), ended, source, now)
    health.save(store, after)
    store.write("UPDATE runs SET ok = ? WHERE job = ?", (after.state in READ, done.job))
    if worked:
        store.write(
            "UPDATE sources SET first_good_pass = ? WHERE id = ? AND first_good_pass IS NULL",
            (rows.time(done.ended), done.source),
        )
    if not done.cut_short:
        _keep_validators(store, done)
    store.write("DELETE FROM pending_validators WHERE run = ?", (done.job,))
    gaps.answered(store, done)
    planning.plan(store, source, view)
    return (done.source,)


def _keep_validators(store: Store, done: JobDone) -> None:
    """From now on a 304 is a good answer: everything that these pages listed is a row of `sightings`, read or planned.

    A page that answered without validators loses the old ones. A pass that was cut short keeps the old ones only.
    """
    store.write(
        """
        DELETE FROM validators WHERE source = ? AND url IN (
            SELECT url FROM way_results WHERE run = ? AND failure IS NULL AND unchanged = 0)
        """,
        (done.source, done.job),
    )
    store.write(
        """
        INSERT INTO validators (source, url, etag, last_modified, kept_at)
        SELECT ?, url, etag, last_modified, ? FROM pending_validators
        WHERE run = ? AND (etag IS NOT NULL OR last_modified IS NOT NULL)
        ON CONFLICT (source, url) DO UPDATE
        SET etag = excluded.etag, last_modified = excluded.last_modified -- what a 304 repeats is as old as it was
        """,
        (done.source, rows.time(done.ended), done.job),
    )


def _ended(store: Store, done: JobDone, source: Source) -> Pass:
    run = store.query("SELECT fetched, paused FROM runs WHERE job = ?", (done.job,))[0]
    ways = store.query("SELECT * FROM way_results WHERE run = ? ORDER BY id", (done.job,))
    failures = store.query("SELECT reason, articles FROM run_failures WHERE run = ? ORDER BY reason", (done.job,))
    return Pass(
        ways=tuple(rows.way_read(row) for row in ways),
        unreadable=tuple(Reason(row["reason"]) for row in failures for _ in range(row["articles"])),
        fetched=run["fetched"],
        paused=bool(run["paused"]),
        done=done,
        last_new=_last_new(store, done.source),
        off=guesses.off(store, source),
        quiet_from=planning.explained_until(store, source.id),
        doubt=doubt(shown(store, done, source)),
    )


def _last_new(store: Store, source: str) -> datetime | None:
    """When the source last listed something new; of what its first pass found, the latest date that it states."""
    row = store.query(
        """
        SELECT coalesce(
            (SELECT max(first_seen) FROM sightings WHERE source = :source AND baseline = 0),
            (
                SELECT min(max(published_at), max(first_seen)) FROM sightings
                WHERE source = :source AND published_at IS NOT NULL
            ),
            (SELECT max(first_seen) FROM sightings WHERE source = :source)) AS at
        """,
        {"source": source},
    )[0]
    return rows.at_or_none(row["at"])


def _kind(store: Store, read: WayRead) -> str:
    ways = sources.source(store, read.source).ways
    return ways[read.way].kind.value if 0 <= read.way < len(ways) else ""
