"""Which documents the current rules have not judged, and all that follows from judging them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prrwatch.stories import Fingerprint, Sketch, blocks
from prrwatch.verdict import Evidence, Verdict
from storage import muting, outbox, planning, rows, statements
from storage.records import Decision, StoredDocument
from storage.regrouping import surviving
from storage.store import Store


def unjudged(store: Store, fingerprint: str, limit: int) -> tuple[StoredDocument, ...]:
    """At most `limit` documents whose current version has no verdict of the ruleset `fingerprint`.

    First screening and screening again are one path: what was never judged comes first, then what other rules judged.
    Two versions of one fetch are one reading of the page done twice: the second is no news.
    """
    # Three ranges of one index instead of `IS NOT`, which would read every document of the archive.
    found = store.query(
        """
        WITH waiting AS (
            SELECT id FROM documents WHERE ruleset IS NULL
            UNION ALL SELECT id FROM documents WHERE ruleset < :ruleset
            UNION ALL SELECT id FROM documents WHERE ruleset > :ruleset
            LIMIT :limit)
        SELECT documents.id AS document, documents.key, documents.url, documents.source, documents.version,
            documents.baseline, versions.*,
            earlier.id AS earlier, earlier.title AS earlier_title, earlier.text AS earlier_text,
            EXISTS (
                SELECT 1 FROM verdicts JOIN versions AS same ON same.id = verdicts.version
                WHERE same.document = documents.id AND same.fetched = versions.fetched
            ) AS judged_before,
            (SELECT story FROM memberships WHERE memberships.document = documents.id) AS story,
            documents.first_seen,
            (
                SELECT ended FROM runs
                WHERE runs.source = documents.source AND ok = 1 AND started < documents.first_seen
                    AND ended < documents.first_seen
                ORDER BY started DESC LIMIT 1
            ) AS read_before
        FROM waiting
        JOIN documents ON documents.id = waiting.id
        JOIN versions ON versions.id = documents.version
        LEFT JOIN versions AS earlier ON earlier.document = documents.id AND earlier.n = versions.n - 1
            AND earlier.fetched <> versions.fetched
        """,
        {"ruleset": fingerprint, "limit": limit},
    )
    return tuple(rows.stored_document(row, _proofs(store, row["earlier"])) for row in found)


def _proofs(store: Store, version: int | None) -> tuple[Evidence, ...]:
    """The evidence of the last verdict on a version."""
    if version is None:
        return ()
    found = store.query(
        """
        SELECT * FROM evidence WHERE verdict = (SELECT id FROM verdicts WHERE version = ? ORDER BY id DESC LIMIT 1)
        ORDER BY n
        """,
        (version,),
    )
    return tuple(rows.evidence(row) for row in found)


def backlog(store: Store, fingerprint: str) -> int:
    """How many documents wait for a verdict of the ruleset `fingerprint`."""
    return store.number("SELECT count(*) FROM documents WHERE ruleset IS NOT ?", (fingerprint,))


def record(store: Store, decisions: Iterable[Decision], now: datetime) -> None:
    """Store verdicts, evidence, stories, alerts and deliveries in one transaction; doing it twice is doing it once."""
    with store.transaction():
        for decision in decisions:
            _judge(store, decision, now)
            _join(store, decision, now)
            _tell(store, decision, now)
            outbox.add(store, decision.alerts, now)
            muting.keep_back(store, decision.kept_back, now)


def _judge(store: Store, decision: Decision, now: datetime) -> None:
    """A version that was replaced in the meantime keeps its verdict, but it does not speak for the document."""
    verdict = _verdict(store, decision.version, decision.verdict, now)
    planning.count_judged(store, decision.document, decision.verdict)
    store.write(
        """
        UPDATE documents SET ruleset = ?, verdict = ?, relevant = ?, baseline = max(baseline, ?)
        WHERE id = ? AND version = ?
        """,
        (
            decision.verdict.ruleset,
            verdict,
            decision.verdict.relevant,
            decision.baseline,
            decision.document,
            decision.version,
        ),
    )


def _verdict(store: Store, version: int, verdict: Verdict, now: datetime) -> int:
    number = store.number(
        """
        INSERT INTO verdicts (version, ruleset, relevant, score, phases, countries, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (version, ruleset) DO UPDATE SET relevant = excluded.relevant, score = excluded.score,
            phases = excluded.phases, countries = excluded.countries
        RETURNING id
        """,
        (version, *rows.verdict_values(verdict), rows.time(now)),
    )
    store.write("DELETE FROM evidence WHERE verdict = ?", (number,))
    store.write("DELETE FROM entities WHERE verdict = ?", (number,))
    store.write_many(
        'INSERT INTO evidence (verdict, n, rule, field, quote, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
        [(number, n, *rows.place_values(place)) for n, place in enumerate(verdict.evidence)],
    )
    store.write_many(
        'INSERT INTO entities (verdict, n, entity, field, quote, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
        [(number, n, *rows.place_values(place)) for n, place in enumerate(verdict.entities)],
    )
    return number


def _join(store: Store, decision: Decision, now: datetime) -> None:
    if decision.sketch is not None:
        _sketch(store, decision.document, decision.sketch)
    if decision.fingerprint is not None:
        _fingerprint(store, decision.document, decision.fingerprint, decision.words)
    if decision.story is None:
        return
    at = rows.time(now)
    story = surviving(store, decision.story) or decision.story  # somebody may have merged it since it was decided
    store.write("INSERT INTO stories (id, opened) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", (story, at))
    store.write(
        """
        INSERT INTO memberships (document, story, why, joined) VALUES (?, ?, ?, ?)
        ON CONFLICT (document) DO UPDATE SET story = excluded.story, why = excluded.why, joined = excluded.joined
        WHERE story <> excluded.story
        """,
        (decision.document, story, decision.why, at),
    )


def _tell(store: Store, decision: Decision, now: datetime) -> None:
    """What never belonged to a story has nothing filed that could be out of date."""
    if decision.story is not None:
        statements.add(store, decision.document, decision.version, decision.statements, now)


def _sketch(store: Store, document: int, sketch: Sketch) -> None:
    store.write("DELETE FROM sketches WHERE document = ?", (document,))
    store.write("INSERT INTO sketches (document, shingles) VALUES (?, ?)", (document, sketch.size))
    store.write_many(
        "INSERT INTO sketch_hashes (hash, document) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(each, document) for each in sketch.hashes],
    )


def _fingerprint(store: Store, document: int, telling: Fingerprint, words: Iterable[str]) -> None:
    """Its words are counted once, however often it is judged or edited."""
    known = store.write("DELETE FROM fingerprints WHERE document = ?", (document,))
    if not known:
        store.write_many(
            """
            INSERT INTO told_words (word, documents) VALUES (?, 1)
            ON CONFLICT (word) DO UPDATE SET documents = documents + 1
            """,
            [(word,) for word in ("", *words)],
        )
    store.write("INSERT INTO fingerprints (document, body) VALUES (?, ?)", (document, rows.fingerprint_body(telling)))
    store.write_many(
        "INSERT INTO fingerprint_keys (key, document) VALUES (?, ?)", [(key, document) for key in blocks(telling)]
    )
