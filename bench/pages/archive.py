"""An invented archive of a year: words drawn by Zipf's law, Latin and Cyrillic; stories, figures, events, runs."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from sqlite3 import Row

from prrwatch.figures import Action, Who
from prrwatch.verdict import Phase
from storage import rows
from storage.store import Store

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOURCES, STORIES, DAYS = 120, 5_000, 365
SYLLABLES = ("ба", "ве", "ги", "до", "жу", "за", "ин", "ка", "ло", "ba", "ce", "di", "fo", "gu", "ha", "lo", "mu")
TELLING = ("repatriated", "women", "children", "Syria", "rehabilitation", "возвращение", "женщины", "реабилитация")
COUNTRIES = ("KZ", "KG", "TJ", "TM", "UZ", "RU")


def fill(store: Store, documents: int) -> None:
    """An invented archive of a year."""
    chance = random.Random(5)
    vocabulary = [f"word{n}" if n < 20 else "".join(chance.choices(SYLLABLES, k=2 + n % 4)) for n in range(20_000)]
    weights = [1 / (n + 1) for n in range(len(vocabulary))]
    told = sorted(chance.sample(range(1, documents + 1), min(documents // 2, STORIES * 3)))
    with store.transaction():
        _sources(store, chance)
    for first in range(1, documents + 1, 5000):
        batch = range(first, min(first + 5000, documents + 1))
        with store.transaction():
            _documents(store, batch, chance, (vocabulary, weights), set(told), documents)
    with store.transaction():
        _stories(store, told, chance)
        _figures(store, chance)
    store.database.conn.execute("ANALYZE")
    store.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _when(number: int, of: int) -> str:
    return rows.time(NOW - timedelta(days=DAYS * (1 - number / of)))


def _sources(store: Store, chance: random.Random) -> None:
    at = rows.time(NOW - timedelta(days=DAYS))
    store.write_many(
        "INSERT INTO sources VALUES (?, ?, 'One', ?, '', ?, 1, 'KZ', '[]', '{}', ?, ?)",
        [
            (f"s-{n}", f"Source number {n}", "official" if n % 5 == 0 else "media", n % 3 + 1, at, at)
            for n in range(SOURCES)
        ],
    )
    store.write_many(
        "INSERT INTO source_states (source, state, reason, detail, since, last_read, last_new, failures) "
        "VALUES (?, 'ok', NULL, '', ?, ?, ?, 0)",
        [(f"s-{n}", at, rows.time(NOW), rows.time(NOW)) for n in range(SOURCES)],
    )
    store.write_many(
        "INSERT INTO runs (job, source, started, ended, requests, ok) VALUES (?, ?, ?, ?, 5, ?)",
        [
            (f"j-{n}-{k}", f"s-{n}", started, started, int(chance.random() > 0.02))
            for n in range(SOURCES)
            for k in range(24 * 30)
            for started in [rows.time(NOW - timedelta(hours=k, minutes=n % 60))]
        ],
    )


def _documents(store: Store, batch: range, chance: random.Random, words: tuple, told: set[int], of: int) -> None:
    stated = [(n, _when(n, of), f"https://s-{n % SOURCES}.example/{n}") for n in batch]
    texts = {n: _text(chance, words, telling=n in told) for n in batch}
    store.write_many(
        "INSERT INTO documents (id, key, url, source, baseline, first_seen, first_fetched, looked_at, relevant) "
        "VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)",
        [(n, url[8:], url, f"s-{n % SOURCES}", at, at, at, int(n in told)) for n, at, url in stated],
    )
    store.write_many(
        "INSERT INTO versions (id, document, n, title, text, language, published_at, published_precision, "
        "published_raw, published_origin, fetched, media_type, extraction, sha256) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, 'minute', ?, 'feed', ?, 'text/html', 'full', 'x')",
        [(n, n, 1, texts[n][:70], texts[n], "ru" if n % 2 else "en", at, at, at) for n, at, _ in stated]
        + [(n + of, n, 2, texts[n][:70], texts[n] + " edited", "en", at, at, at) for n, at, _ in stated if n % 40 == 0],
    )
    judged = [(n, n + of if n % 40 == 0 else n, n in told, chance.random() * 0.9) for n in batch]
    store.write_many(
        "INSERT INTO verdicts (id, version, ruleset, relevant, score, phases, countries, at) "
        "VALUES (?, ?, 'now', ?, ?, ?, ?, ?)",
        [
            (n, version, int(yes), 1.5 if yes else score, *_about(chance, relevant=yes), _when(n, of))
            for n, version, yes, score in judged
        ],
    )
    store.write_many(
        'INSERT INTO evidence (verdict, n, rule, field, quote, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
        [(n, k, f"rule-{k}", "text", texts[n][k * 9 : k * 9 + 5], k * 9, k * 9 + 5) for n in batch for k in range(6)],
    )
    store.write_many(
        "UPDATE documents SET version = ?, verdict = ?, ruleset = 'now' WHERE id = ?",
        [(version, n, n) for n, version, _, _ in judged],
    )
    store.write_many(
        "INSERT INTO sightings (source, key, url, title, first_seen, last_seen, baseline, document) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        [(f"s-{n % SOURCES}", url[8:], url, texts[n][:70], at, at, n) for n, at, url in stated],
    )


def _text(chance: random.Random, words: tuple, *, telling: bool) -> str:
    drawn = chance.choices(words[0], words[1], k=chance.randrange(80, 500))
    if telling:
        drawn[5:5] = chance.sample(TELLING, 5)
    return " ".join(drawn)


def _about(chance: random.Random, *, relevant: bool) -> tuple[str, str]:
    if not relevant:
        return "[]", "[]"
    phases = [phase.value for phase in Phase if chance.random() < 0.5]
    return json.dumps(phases), json.dumps(sorted(chance.sample(COUNTRIES, chance.randrange(3))))


def _stories(store: Store, told: list[int], chance: random.Random) -> None:
    last = max(told)
    groups = [told[place : place + 3] for place in range(0, len(told), 3)]
    groups[0] += [document for group in groups[-100:] for document in group]  # one story that everybody tells
    for number, group in enumerate(groups[:-100]):
        story, at = f"s-{number:016x}", _when(group[0], last)
        store.write("INSERT INTO stories (id, opened) VALUES (?, ?)", (story, at))
        store.write_many(
            "INSERT INTO memberships (document, story, why, joined) VALUES (?, ?, ?, ?)",
            [(document, story, _why(group, document), _when(document, last)) for document in group],
        )
        token = f"new-{number}"
        store.write("INSERT INTO alerts VALUES (?, 'new', 'all', 'room', 'x', '', NULL, ?)", (token, at))
        store.write("INSERT INTO alert_stories VALUES (?, 0, ?)", (token, story))
        accepted = rows.time(datetime.fromisoformat(at) + timedelta(seconds=chance.expovariate(1 / 300)))
        store.write(
            "INSERT INTO deliveries (alert, channel, recipient, label, state, attempts_allowed, next_try, accepted_at) "
            "VALUES (?, 'room', 'r', 'r***', 'sent', 9, ?, ?)",
            (token, at, accepted),
        )


def _why(group: list[int], document: int) -> str:
    first = f"https://s-{group[0] % SOURCES}.example/{group[0]}"
    return "first" if document == group[0] else f"copy of {first} (containment 0.97)"


def _figures(store: Store, chance: random.Random) -> None:
    """Two claims a story, some of them in conflict, and the events of the next weeks and the last year."""
    found = store.query(
        "SELECT story, document, documents.version, joined FROM memberships JOIN documents ON documents.id = document "
        "WHERE why = 'first'"
    )
    claims = [_claim(store, chance, row, f"c-{number}-{n}", n) for number, row in enumerate(found) for n in range(2)]
    columns = [row[1] for row in store.query("PRAGMA table_info(claims)")]
    store.write_many(
        f"INSERT INTO claims VALUES ({', '.join('?' * len(columns))})",
        [tuple(claim.get(column) for column in columns) for claim in claims],
    )
    store.write_many(
        "INSERT INTO claim_tellings VALUES (?, 0, ?, ?)",
        [(claim["id"], found[at // 2]["version"], at % 2) for at, claim in enumerate(claims)],
    )
    store.write_many(
        "INSERT INTO claim_conflicts (claim, other) VALUES (?, ?)",
        [(one["id"], other["id"]) for one, other in zip(claims[:600:2], claims[1:600:2], strict=False)],
    )
    _events(store, [row["version"] for row in found[:500]])


def _claim(store: Store, chance: random.Random, row: Row, claim: str, n: int) -> dict[str, object]:
    who, action = chance.choice(list(Who)).value, chance.choice(list(Action)[:3]).value
    amount, country, measure = chance.randrange(2, 900), chance.choice(COUNTRIES), ("flow", "stock")[n]
    store.write(
        "INSERT INTO figures (version, n, number, quantifier, who, action, country, flow_or_stock, sentence, "
        "quote, start, \"end\") VALUES (?, ?, ?, 'exact', ?, ?, ?, ?, 'So many came back.', 'x', 0, 1)",
        (row["version"], n, amount, who, action, country, measure),
    )
    return {
        "id": claim, "story": row["story"], "number": amount, "quantifier": "exact", "who": who, "action": action,
        "country": country, "flow_or_stock": measure, "as_of_at": row["joined"], "as_of_precision": "day",
        "as_of_raw": "then", "as_of_origin": "text", "first_told": row["joined"], "topic": f"{country}-{who}",
        "refrain": claim, "stands": 1,
    }  # fmt: skip


def _events(store: Store, versions: list[int]) -> None:
    store.write_many(
        "INSERT INTO occasions (id, name, kind, status, start, organisers, sequence, opened, changed) "
        "VALUES (?, 'A meeting of experts', 'meeting', 'announced', ?, '[]', 0, ?, ?)",
        [
            (f"e-{n}", (NOW + timedelta(days=n - 400)).date().isoformat(), rows.time(NOW), rows.time(NOW))
            for n in range(500)
        ],
    )
    store.write_many(
        "INSERT INTO event_tellings (version, n, occasion, name, kind, status, organisers, field, quote, quote_start, "
        "quote_end) VALUES (?, 0, ?, 'A meeting', 'meeting', 'announced', '[]', 'text', 'x', 0, 1)",
        [(version, f"e-{n}") for n, version in enumerate(versions)],
    )
