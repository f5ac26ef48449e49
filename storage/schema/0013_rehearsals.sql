-- The last rehearsal of rules (`prrwatch rescreen --dry-run`), for the page on which people look before they change them.

CREATE TABLE rehearsals (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    documents INTEGER NOT NULL,
    added INTEGER NOT NULL,
    removed INTEGER NOT NULL
) STRICT;

CREATE TABLE rehearsal_flips (
    rehearsal INTEGER NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    relevant INTEGER NOT NULL,
    score_before REAL,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (rehearsal, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX rehearsal_flips_by_document ON rehearsal_flips (document);
