-- what is not to be told -----------------------------------------------------------------------------------------------

CREATE TABLE mutes (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL CHECK (what IN ('story', 'source', 'rule', 'country')),
    which TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    lifted TEXT
) STRICT;
CREATE INDEX mutes_by_until ON mutes (until) WHERE lifted IS NULL;

CREATE TABLE kept_back (
    alert TEXT NOT NULL,
    story TEXT NOT NULL REFERENCES stories (id),
    mute INTEGER NOT NULL REFERENCES mutes (id),
    kind TEXT NOT NULL,
    subscription TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (alert, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_back_by_mute ON kept_back (mute);
CREATE INDEX kept_back_by_story ON kept_back (story);

CREATE VIEW mutes_now AS
SELECT
    mutes.id,
    mutes.what,
    mutes.which,
    mutes.reason,
    mutes.since,
    mutes.until,
    (SELECT count(*) FROM kept_back WHERE kept_back.mute = mutes.id) AS kept_back
FROM mutes
WHERE mutes.lifted IS NULL AND mutes.until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now');

-- who listens ----------------------------------------------------------------------------------------------------------

CREATE TABLE subscriptions (
    name TEXT PRIMARY KEY,
    wants TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- dead letters, told to operators once ---------------------------------------------------------------------------------

ALTER TABLE deliveries ADD COLUMN death_told TEXT;
CREATE INDEX deliveries_death_untold ON deliveries (id) WHERE state = 'dead' AND death_told IS NULL;
