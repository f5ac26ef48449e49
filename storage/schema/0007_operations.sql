-- Running it for years: what was written, what did not run, whether it is alive, what may go.

-- Of each table the sum of its rows' hashes; see storage/seals.py.
CREATE TABLE seals (
    name TEXT PRIMARY KEY,
    rows INTEGER NOT NULL,
    total TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When the bytes of an original were pruned by age; who fetched what, when and with which answer stays.
ALTER TABLE originals ADD COLUMN pruned TEXT;

-- Passes that did not come when they were due, or that had not ended when the next one was. (Cut ones are in `runs`.)
CREATE TABLE lapses (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    kind TEXT NOT NULL CHECK (kind IN ('missed', 'overlapped')),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    passes INTEGER NOT NULL,
    UNIQUE (source, kind, since)
) STRICT;
CREATE INDEX lapses_by_until ON lapses (until);

-- The last sign of life of each kind: the walk, the heartbeat that was answered, the canary that arrived.
CREATE TABLE pulses (
    kind TEXT PRIMARY KEY CHECK (kind IN ('walk', 'heartbeat', 'canary')),
    at TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX originals_kept ON originals (fetched) WHERE pruned IS NULL;
CREATE INDEX originals_pruned ON originals (sha256) WHERE pruned IS NOT NULL;
