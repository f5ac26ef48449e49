-- Times are ISO 8601 in UTC with microseconds and a final Z, so that they sort as text and SQLite's date functions read them.
-- Lists are JSON arrays. A date that somebody stated has four columns: at, precision, raw words, origin.

-- the catalogue, mirrored for joins ------------------------------------------------------------------------------------

CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    publisher TEXT NOT NULL,
    kind TEXT NOT NULL,
    homepage TEXT NOT NULL,
    tier INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    country TEXT,
    hosts TEXT NOT NULL,
    definition TEXT NOT NULL,
    mirrored_at TEXT NOT NULL,
    first_good_pass TEXT
) STRICT;

-- passes ---------------------------------------------------------------------------------------------------------------

CREATE TABLE runs (
    job TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    started TEXT NOT NULL,
    ended TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    fetched INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    cut_short TEXT NOT NULL DEFAULT '',
    ok INTEGER
) STRICT;
CREATE INDEX runs_by_source ON runs (source, started);
CREATE INDEX runs_open ON runs (job) WHERE ended IS NULL;

CREATE TABLE run_failures (
    run TEXT NOT NULL REFERENCES runs (job) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (run, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE way_results (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (job) ON DELETE CASCADE,
    source TEXT NOT NULL REFERENCES sources (id),
    way INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    unchanged INTEGER NOT NULL,
    failure TEXT,
    detail TEXT NOT NULL,
    items INTEGER NOT NULL,
    new_items INTEGER NOT NULL,
    UNIQUE (run, way, url)
) STRICT;
CREATE INDEX way_results_worked ON way_results (source, url) WHERE failure IS NULL;

CREATE TABLE pending_validators (
    run TEXT NOT NULL REFERENCES runs (job) ON DELETE CASCADE,
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    PRIMARY KEY (run, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE validators (
    source TEXT NOT NULL REFERENCES sources (id),
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (source, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_clocks (
    host TEXT PRIMARY KEY,
    not_before TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source_states (
    source TEXT PRIMARY KEY REFERENCES sources (id),
    state TEXT NOT NULL,
    reason TEXT,
    detail TEXT NOT NULL,
    since TEXT,
    last_read TEXT,
    last_new TEXT,
    failures INTEGER NOT NULL,
    told_state TEXT,
    told_reason TEXT,
    told_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE way_states (
    source TEXT NOT NULL REFERENCES sources (id),
    n INTEGER NOT NULL,
    way TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    detail TEXT NOT NULL,
    at TEXT,
    PRIMARY KEY (source, n)
) STRICT, WITHOUT ROWID;

-- what was read --------------------------------------------------------------------------------------------------------

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources (id),
    version INTEGER REFERENCES versions (id),
    state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'gone')),
    baseline INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    first_fetched TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    ruleset TEXT,
    verdict INTEGER REFERENCES verdicts (id),
    relevant INTEGER
) STRICT;
CREATE INDEX documents_by_ruleset ON documents (ruleset);
CREATE INDEX documents_by_source ON documents (source, relevant, state);
CREATE INDEX documents_by_version ON documents (version);
CREATE INDEX documents_by_first_seen ON documents (first_seen);
CREATE INDEX documents_by_verdict ON documents (verdict);

CREATE TABLE document_keys (
    key TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'alternate')),
    host TEXT NOT NULL,
    PRIMARY KEY (key, document)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX document_keys_own ON document_keys (key) WHERE kind = 'own';
CREATE INDEX document_keys_by_host ON document_keys (host, key) WHERE kind = 'own';
CREATE INDEX document_keys_by_document ON document_keys (document);

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    language TEXT,
    published_at TEXT,
    published_precision TEXT,
    published_raw TEXT,
    published_origin TEXT,
    issuer TEXT,
    fetched TEXT NOT NULL,
    media_type TEXT NOT NULL,
    extraction TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (document, n)
) STRICT;

CREATE TABLE originals (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources (id),
    document INTEGER REFERENCES documents (id) ON DELETE CASCADE,
    version INTEGER REFERENCES versions (id) ON DELETE CASCADE,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    fetched TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (url, fetched)
) STRICT;
CREATE INDEX originals_by_document ON originals (document);
CREATE INDEX originals_by_version ON originals (version);
CREATE INDEX originals_by_sha256 ON originals (sha256);

CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    summary TEXT,
    published_at TEXT,
    published_precision TEXT,
    published_raw TEXT,
    published_origin TEXT,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    document INTEGER REFERENCES documents (id) ON DELETE SET NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    tried_at TEXT,
    tried_run TEXT,
    reason TEXT,
    detail TEXT NOT NULL DEFAULT '',
    UNIQUE (source, key)
) STRICT;
CREATE INDEX sightings_by_key ON sightings (key);
CREATE INDEX sightings_by_document ON sightings (document);
CREATE INDEX sightings_unread ON sightings (source, next_try) WHERE document IS NULL AND next_try IS NOT NULL;
CREATE INDEX sightings_by_first_seen ON sightings (first_seen);
CREATE INDEX sightings_news ON sightings (source, first_seen) WHERE baseline = 0;

-- what the rules say ---------------------------------------------------------------------------------------------------

CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    ruleset TEXT NOT NULL,
    relevant INTEGER NOT NULL,
    score REAL NOT NULL,
    phases TEXT NOT NULL,
    countries TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (version, ruleset)
) STRICT;
CREATE INDEX verdicts_near ON verdicts (score) WHERE relevant = 0 AND score > 0;

CREATE TABLE evidence (
    verdict INTEGER NOT NULL REFERENCES verdicts (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    rule TEXT NOT NULL,
    field TEXT NOT NULL,
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (verdict, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_rule ON evidence (rule);

CREATE TABLE entities (
    verdict INTEGER NOT NULL REFERENCES verdicts (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (verdict, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX entities_by_entity ON entities (entity);

-- stories --------------------------------------------------------------------------------------------------------------

CREATE TABLE stories (
    id TEXT PRIMARY KEY,
    opened TEXT NOT NULL,
    summarised_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_by_opened ON stories (opened);

CREATE TABLE memberships (
    document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    story TEXT NOT NULL REFERENCES stories (id),
    why TEXT NOT NULL,
    joined TEXT NOT NULL
) STRICT;
CREATE INDEX memberships_by_story ON memberships (story);
CREATE INDEX memberships_by_joined ON memberships (joined);

CREATE TABLE sketches (
    document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    shingles INTEGER NOT NULL
) STRICT;

CREATE TABLE sketch_hashes (
    hash INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES sketches (document) ON DELETE CASCADE,
    PRIMARY KEY (hash, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_hashes_by_document ON sketch_hashes (document);

-- alerts and their deliveries ------------------------------------------------------------------------------------------

CREATE TABLE alerts (
    token TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subscription TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    not_before TEXT,
    created TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_created ON alerts (created);
CREATE INDEX alerts_by_subscription ON alerts (subscription, kind, created);

CREATE TABLE alert_stories (
    alert TEXT NOT NULL REFERENCES alerts (token) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    story TEXT NOT NULL REFERENCES stories (id),
    PRIMARY KEY (alert, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_stories_by_story ON alert_stories (story);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts (token) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    attempts_allowed INTEGER NOT NULL,
    next_try TEXT NOT NULL,
    lease_until TEXT,
    outcome TEXT,
    answer TEXT NOT NULL DEFAULT '',
    accepted_at TEXT,
    UNIQUE (alert, recipient)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (next_try) WHERE state = 'waiting';
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state = 'leased';
CREATE INDEX deliveries_dead ON deliveries (alert) WHERE state = 'dead';

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_delivery ON attempts (delivery);

-- full text of the current versions ------------------------------------------------------------------------------------

CREATE VIEW current_texts AS
SELECT documents.id AS document, versions.title, versions.text
FROM documents JOIN versions ON versions.id = documents.version;

CREATE VIRTUAL TABLE texts USING fts5 (
    title, text, content = 'current_texts', content_rowid = 'document', tokenize = 'unicode61 remove_diacritics 2'
);

-- An external-content index must be told the old words to forget them; a plain REPLACE would leave it rotten.
CREATE TRIGGER texts_follow_versions AFTER UPDATE OF version ON documents WHEN old.version IS NOT new.version BEGIN
    INSERT INTO texts (texts, rowid, title, text) SELECT 'delete', old.id, title, text FROM versions WHERE id = old.version;
    INSERT INTO texts (rowid, title, text) SELECT new.id, title, text FROM versions WHERE id = new.version;
END;

CREATE TRIGGER texts_forget BEFORE DELETE ON documents WHEN old.version IS NOT NULL BEGIN
    INSERT INTO texts (texts, rowid, title, text) SELECT 'delete', old.id, title, text FROM versions WHERE id = old.version;
END;

CREATE TRIGGER versions_stay BEFORE UPDATE OF title, text ON versions BEGIN
    SELECT RAISE (ABORT, 'a version never changes: file a new one');
END;

-- views for people -----------------------------------------------------------------------------------------------------

CREATE VIEW story_members AS
SELECT
    memberships.story,
    row_number() OVER (
        PARTITION BY memberships.story
        ORDER BY
            documents.relevant IS NOT 1,
            sources.kind <> 'official',
            coalesce(versions.published_at, documents.first_seen),
            documents.first_seen,
            documents.id
    ) AS place,
    documents.id AS document,
    documents.url,
    documents.source,
    sources.name AS source_name,
    sources.kind,
    versions.title,
    versions.language,
    versions.published_at,
    documents.first_seen,
    documents.state,
    documents.baseline,
    documents.relevant,
    memberships.why,
    memberships.joined
FROM memberships
JOIN documents ON documents.id = memberships.document
JOIN versions ON versions.id = documents.version
JOIN sources ON sources.id = documents.source;

CREATE VIEW relevant AS
SELECT
    documents.id,
    documents.source,
    documents.url,
    versions.title,
    versions.language,
    versions.issuer,
    versions.published_at,
    versions.published_precision,
    documents.first_seen,
    versions.fetched,
    verdicts.score,
    verdicts.phases,
    verdicts.countries,
    memberships.story,
    versions.n AS versions,
    documents.state,
    documents.baseline
FROM documents
JOIN versions ON versions.id = documents.version
LEFT JOIN verdicts ON verdicts.id = documents.verdict
LEFT JOIN memberships ON memberships.document = documents.id
WHERE documents.relevant = 1;

CREATE VIEW near_misses AS
SELECT
    documents.id,
    documents.source,
    documents.url,
    versions.title,
    versions.language,
    versions.published_at,
    documents.first_seen,
    verdicts.score,
    (SELECT json_group_array(rule) FROM (SELECT DISTINCT rule FROM evidence WHERE verdict = verdicts.id ORDER BY rule)) AS rules,
    documents.state
FROM verdicts
JOIN documents ON documents.verdict = verdicts.id
JOIN versions ON versions.id = documents.version
WHERE verdicts.relevant = 0 AND verdicts.score > 0
ORDER BY verdicts.score DESC;

CREATE VIEW stories_now AS
SELECT
    story_members.story,
    stories.opened,
    story_members.title,
    story_members.url AS primary_url,
    story_members.source AS primary_source,
    story_members.published_at,
    verdicts.score,
    verdicts.phases,
    verdicts.countries,
    (
        SELECT count(*) FROM memberships JOIN documents AS each ON each.id = memberships.document
        WHERE memberships.story = story_members.story AND each.relevant = 1
    ) AS documents,
    (SELECT max(joined) FROM memberships WHERE memberships.story = story_members.story) AS last_joined
FROM story_members
JOIN stories ON stories.id = story_members.story
LEFT JOIN documents ON documents.id = story_members.document
LEFT JOIN verdicts ON verdicts.id = documents.verdict
WHERE story_members.place = 1 AND story_members.relevant = 1;

CREATE VIEW alerts_sent AS
SELECT
    alerts.token AS message,
    alerts.kind,
    alerts.subscription,
    alerts.channel,
    deliveries.label AS recipient,
    (SELECT json_group_array(story) FROM (SELECT story FROM alert_stories WHERE alert = alerts.token ORDER BY n)) AS stories,
    deliveries.state,
    deliveries.attempts,
    deliveries.outcome,
    deliveries.answer,
    alerts.created,
    deliveries.accepted_at
FROM deliveries
JOIN alerts ON alerts.token = deliveries.alert;

CREATE VIEW source_health AS
SELECT
    sources.id,
    sources.name,
    sources.tier,
    CASE WHEN sources.enabled THEN coalesce(source_states.state, 'new') ELSE 'disabled' END AS state,
    source_states.reason,
    coalesce(source_states.detail, '') AS detail,
    source_states.since,
    source_states.last_read,
    source_states.last_new,
    coalesce(source_states.failures, 0) AS failures,
    (SELECT max(started) FROM runs WHERE runs.source = sources.id) AS last_run,
    (SELECT count(*) FROM documents WHERE documents.source = sources.id) AS documents,
    (SELECT count(*) FROM documents WHERE documents.source = sources.id AND documents.relevant = 1) AS relevant,
    (SELECT count(*) FROM sightings WHERE sightings.source = sources.id AND sightings.document IS NULL AND sightings.next_try IS NOT NULL)
        AS unread
FROM sources
LEFT JOIN source_states ON source_states.source = sources.id;
