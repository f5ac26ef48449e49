-- How a text was taken from its page: documents whose page no rule could match were read by a cheap reader.
ALTER TABLE documents ADD COLUMN gate TEXT;
CREATE INDEX documents_by_gate ON documents (gate) WHERE gate IS NOT NULL;

-- Ways that were walked beside one that works, to see what each of them leaves out.
CREATE TABLE way_comparisons (
    run TEXT NOT NULL REFERENCES runs (job) ON DELETE CASCADE,
    source TEXT NOT NULL REFERENCES sources (id),
    way INTEGER NOT NULL,
    url TEXT NOT NULL,
    against INTEGER NOT NULL,
    at TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    failure TEXT,
    both INTEGER NOT NULL,
    only_other INTEGER NOT NULL,
    only_this INTEGER NOT NULL,
    new_only_other INTEGER NOT NULL,
    new_only_this INTEGER NOT NULL,
    PRIMARY KEY (run, way)
) STRICT, WITHOUT ROWID;
CREATE INDEX way_comparisons_by_source ON way_comparisons (source, url, at);

CREATE VIEW ways_compared AS
SELECT
    source,
    way,
    url,
    max(at) AS last_at,
    count(*) AS times,
    count(failure) AS failures,
    sum(both) AS both,
    coalesce(sum(new_only_this) FILTER (WHERE NOT baseline), 0) AS missed_by_other,
    coalesce(sum(new_only_other) FILTER (WHERE NOT baseline), 0) AS missed_by_this
FROM way_comparisons
WHERE at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 days')
GROUP BY source, way, url;

-- Guesses that proved wrong are told by their latest failures.
CREATE INDEX way_results_failed ON way_results (source, url, id) WHERE failure IS NOT NULL;
