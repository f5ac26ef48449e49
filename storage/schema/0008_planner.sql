-- When each source publishes, when it is looked at next, and between which looks something may have fallen.

-- What is learned of a source. What was judged since the last look is counted beside it: a row is not rewritten for it.
CREATE TABLE rhythms (
    source TEXT PRIMARY KEY REFERENCES sources (id),
    rhythm TEXT NOT NULL DEFAULT '{}',
    judged INTEGER NOT NULL DEFAULT 0,
    relevant INTEGER NOT NULL DEFAULT 0,
    planned TEXT,
    quiet_from TEXT
) STRICT;

-- What the way that a source goes by listed when it was last read well: the next look is compared with it.
CREATE TABLE last_looks (
    source TEXT PRIMARY KEY REFERENCES sources (id),
    run TEXT NOT NULL,
    way INTEGER NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    new_at TEXT,
    listing TEXT NOT NULL,
    fresh_seconds REAL
) STRICT;

CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    way INTEGER NOT NULL,
    url TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    listed INTEGER NOT NULL,
    reaches_back_to TEXT,
    expected REAL,
    tried TEXT,
    found INTEGER NOT NULL DEFAULT 0,
    filled TEXT,
    UNIQUE (source, until)
) STRICT;
CREATE INDEX gaps_open ON gaps (source, until) WHERE tried IS NULL;
CREATE INDEX gaps_by_until ON gaps (until);

-- The fleet: by how much the price of a look is corrected, because more or less was spent than planned.
CREATE TABLE fleet (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    correction REAL NOT NULL,
    corrected_at TEXT NOT NULL
) STRICT;

-- Passes in a row that went well.
ALTER TABLE source_states ADD COLUMN good INTEGER NOT NULL DEFAULT 0;

CREATE VIEW source_plans AS
SELECT
    sources.id,
    rhythms.planned,
    last_looks.at AS looked,
    json_extract(rhythm, '$.items') / nullif(json_extract(rhythm, '$.days'), 0) AS items_a_day,
    (json_extract(rhythm, '$.relevant') + rhythms.relevant) / nullif(json_extract(rhythm, '$.judged') + rhythms.judged, 0)
        AS relevant_share,
    json_extract(rhythm, '$.window') AS window,
    rhythms.quiet_from,
    (
        SELECT count(*) FROM gaps WHERE gaps.source = sources.id AND until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 days')
    ) AS gaps,
    (
        SELECT count(*) FROM gaps
        WHERE gaps.source = sources.id AND until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 days') AND filled IS NULL
    ) AS unfilled
FROM sources
LEFT JOIN rhythms ON rhythms.source = sources.id
LEFT JOIN last_looks ON last_looks.source = sources.id
WHERE sources.enabled;
