-- what documents claim -------------------------------------------------------------------------------------------------

-- What each version says, kept for every version that was ever judged relevant. A version never changes, so neither do its
-- figures, unless the rules no longer want the document or we learn to read better: then documents.readers says by whom.
ALTER TABLE documents ADD COLUMN readers TEXT;
CREATE INDEX documents_by_readers ON documents (readers) WHERE relevant = 1;

CREATE TABLE figures (
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    number INTEGER NOT NULL,
    quantifier TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    country TEXT,
    flow_or_stock TEXT NOT NULL CHECK (flow_or_stock IN ('flow', 'stock')),
    as_of_at TEXT,
    as_of_precision TEXT,
    as_of_raw TEXT,
    as_of_origin TEXT,
    claimant TEXT,
    sentence TEXT NOT NULL,
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (version, n)
) STRICT, WITHOUT ROWID;

-- One claim, however many documents of a story tell it. Made anew from the figures of a story whenever one of its
-- documents is judged (prrwatch/figures/claims.py).
CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    story TEXT NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    quantifier TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    country TEXT,
    flow_or_stock TEXT NOT NULL,
    as_of_at TEXT,
    as_of_precision TEXT,
    as_of_raw TEXT,
    as_of_origin TEXT,
    claimant TEXT,
    first_told TEXT NOT NULL,
    topic TEXT NOT NULL,
    refrain TEXT NOT NULL,
    stands INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_by_story ON claims (story);
CREATE INDEX claims_by_topic ON claims (topic, country, as_of_at);
CREATE INDEX claims_by_refrain ON claims (refrain, first_told, id);

CREATE TABLE claim_tellings (
    claim TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    version INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (claim, place),
    FOREIGN KEY (version, n) REFERENCES figures (version, n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_tellings_by_figure ON claim_tellings (version, n);

-- Claims that cannot both be true; `claim` was told before `other`.
CREATE TABLE claim_conflicts (
    claim TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    PRIMARY KEY (claim, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_conflicts_by_other ON claim_conflicts (other);

CREATE VIEW figures_ledger AS
SELECT
    claims.id AS claim,
    claims.number,
    claims.quantifier,
    claims.who,
    claims.action,
    claims.country,
    claims.flow_or_stock,
    substr(claims.as_of_at, 1, CASE claims.as_of_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END) AS as_of,
    claims.as_of_raw,
    coalesce(claims.claimant, sources.publisher) AS claimant,
    claims.first_told,
    documents.url,
    documents.source,
    figures.sentence,
    figures.quote,
    figures.start,
    figures."end",
    figures.version,
    claims.story,
    (
        SELECT count(DISTINCT versions.document) FROM claim_tellings
        JOIN versions ON versions.id = claim_tellings.version WHERE claim_tellings.claim = claims.id
    ) AS documents,
    claims.stands,
    (
        SELECT nullif(json_group_array(id), '[]') FROM (
            SELECT later.id FROM claims AS later
            WHERE later.refrain = claims.refrain AND (later.first_told, later.id) > (claims.first_told, claims.id) AND later.stands
            ORDER BY later.first_told, later.id)
    ) AS restated_by,
    (
        SELECT nullif(json_group_array(id), '[]') FROM (
            SELECT earlier.id FROM claims AS earlier
            WHERE earlier.refrain = claims.refrain AND (earlier.first_told, earlier.id) < (claims.first_told, claims.id)
            ORDER BY earlier.first_told, earlier.id)
    ) AS restates,
    (SELECT count(*) FROM claim_conflicts WHERE claim_conflicts.claim = claims.id)
    + (SELECT count(*) FROM claim_conflicts WHERE claim_conflicts.other = claims.id) AS conflicts
FROM claims
JOIN claim_tellings ON claim_tellings.claim = claims.id AND claim_tellings.place = 0
JOIN figures ON figures.version = claim_tellings.version AND figures.n = claim_tellings.n
JOIN versions ON versions.id = figures.version
JOIN documents ON documents.id = versions.document
JOIN sources ON sources.id = documents.source;

CREATE VIEW figure_conflicts AS
SELECT
    one.claim,
    other.claim AS other_claim,
    one.who,
    one.action,
    coalesce(one.country, other.country) AS country,
    coalesce(one.as_of, other.as_of) AS as_of,
    one.number,
    one.quantifier,
    one.claimant,
    one.first_told,
    one.url,
    one.sentence,
    one.story,
    other.number AS other_number,
    other.quantifier AS other_quantifier,
    other.claimant AS other_claimant,
    other.first_told AS other_first_told,
    other.url AS other_url,
    other.sentence AS other_sentence,
    other.story AS other_story
FROM claim_conflicts
JOIN figures_ledger AS one ON one.claim = claim_conflicts.claim
JOIN figures_ledger AS other ON other.claim = claim_conflicts.other;

-- events ---------------------------------------------------------------------------------------------------------------

-- One event, whatever was said of it: announced, moved, reported. Its id stays, so that calendars know it again.
CREATE TABLE occasions (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('announced', 'held', 'cancelled', 'moved')),
    start TEXT,
    "end" TEXT,
    first_start TEXT,
    place TEXT,
    organisers TEXT NOT NULL,
    announced_by INTEGER REFERENCES documents (id) ON DELETE SET NULL,
    reported_by INTEGER REFERENCES documents (id) ON DELETE SET NULL,
    sequence INTEGER NOT NULL,
    opened TEXT NOT NULL,
    changed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX occasions_by_start ON occasions (start);
CREATE INDEX occasions_by_announced ON occasions (announced_by);
CREATE INDEX occasions_by_reported ON occasions (reported_by);

-- What each version says of an event, kept as `figures` are.
CREATE TABLE event_tellings (
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    occasion TEXT NOT NULL REFERENCES occasions (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    start TEXT,
    start_raw TEXT,
    start_origin TEXT,
    "end" TEXT,
    place TEXT,
    organisers TEXT NOT NULL,
    field TEXT NOT NULL,
    quote TEXT NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    PRIMARY KEY (version, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_tellings_by_occasion ON event_tellings (occasion);

CREATE VIEW event_stories AS
SELECT DISTINCT event_tellings.occasion AS event, memberships.story
FROM event_tellings
JOIN versions ON versions.id = event_tellings.version
JOIN memberships ON memberships.document = versions.document;

CREATE VIEW events AS
SELECT
    occasions.id AS event,
    occasions.name,
    occasions.kind,
    occasions.status,
    occasions.start,
    occasions."end",
    occasions.first_start,
    occasions.place,
    occasions.organisers,
    announcement.url AS announced_url,
    report.url AS reported_url,
    (SELECT json_group_array(story) FROM (SELECT story FROM event_stories WHERE event = occasions.id ORDER BY story)) AS stories,
    (
        SELECT count(DISTINCT versions.document) FROM event_tellings
        JOIN versions ON versions.id = event_tellings.version WHERE event_tellings.occasion = occasions.id
    ) AS documents,
    occasions.sequence,
    occasions.opened,
    occasions.changed
FROM occasions
LEFT JOIN documents AS announcement ON announcement.id = occasions.announced_by
LEFT JOIN documents AS report ON report.id = occasions.reported_by
WHERE EXISTS (
    SELECT 1 FROM event_tellings
    JOIN versions ON versions.id = event_tellings.version
    JOIN documents ON documents.id = versions.document
    WHERE event_tellings.occasion = occasions.id AND documents.relevant = 1
);

CREATE VIEW upcoming_events AS
SELECT * FROM events WHERE status <> 'cancelled' AND coalesce("end", start) >= date('now') ORDER BY start, event;

-- stories --------------------------------------------------------------------------------------------------------------

-- What a story is known to say in all, each fact from the first of its documents that says it: copies lend what the leading
-- one lacks.
CREATE TABLE story_facts (
    story TEXT NOT NULL REFERENCES stories (id),
    fact TEXT NOT NULL CHECK (fact IN ('published', 'issuer', 'event_start', 'event_end', 'event_place', 'organisers')),
    value TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    lent INTEGER NOT NULL,
    PRIMARY KEY (story, fact)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_facts_by_document ON story_facts (document);
