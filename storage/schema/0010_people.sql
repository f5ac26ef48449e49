-- pages that were taken off the web --------------------------------------------------------------------------------------

-- A row when a document of a story is found withdrawn. `told` is when it was decided whom to tell of it.
CREATE TABLE withdrawals (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    told TEXT,
    PRIMARY KEY (document, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawals_untold ON withdrawals (at) WHERE told IS NULL;

-- who is named -----------------------------------------------------------------------------------------------------------

-- The persons whom a version of a relevant document names (prrwatch/people): the marks by which private names are kept out
-- of all that is sent and handed on. `key` holds the words of the name as the covering compares them, `mentions` where they
-- stand: [["text", 120, 135], ...] in code points.
CREATE TABLE people (
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('official', 'private', 'minor')),
    mentions TEXT NOT NULL,
    PRIMARY KEY (version, n)
) STRICT, WITHOUT ROWID;
