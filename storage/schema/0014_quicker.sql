-- What took longest to show at 100,000 documents.

-- Whether a source was read in some span, and what that cost, from the index alone.
DROP INDEX runs_by_source;
CREATE INDEX runs_by_source ON runs (source, started, ok, ended, requests);

-- The latest claims.
CREATE INDEX claims_by_first_told ON claims (first_told DESC, id);

-- Each story picks its leading document: a page of fifty no longer numbers the documents of all stories.
DROP VIEW stories_now;
CREATE VIEW stories_now AS
SELECT
    stories.id AS story,
    stories.opened,
    versions.title,
    lead.url AS primary_url,
    lead.source AS primary_source,
    versions.published_at,
    verdicts.score,
    verdicts.phases,
    verdicts.countries,
    (
        SELECT count(*) FROM memberships JOIN documents AS each ON each.id = memberships.document
        WHERE memberships.story = stories.id AND each.relevant = 1
    ) AS documents,
    (SELECT max(joined) FROM memberships WHERE memberships.story = stories.id) AS last_joined
FROM stories
JOIN documents AS lead ON lead.id = (
    SELECT documents.id FROM memberships
    JOIN documents ON documents.id = memberships.document
    JOIN versions ON versions.id = documents.version
    JOIN sources ON sources.id = documents.source
    WHERE memberships.story = stories.id
    ORDER BY
        documents.relevant IS NOT 1,
        sources.kind <> 'official',
        coalesce(versions.published_at, documents.first_seen),
        documents.first_seen,
        documents.id
    LIMIT 1
)
JOIN versions ON versions.id = lead.version
LEFT JOIN verdicts ON verdicts.id = lead.verdict
WHERE lead.relevant = 1;
