-- What the web view asks for on every page, so that it answers at once also at 100,000 documents.

-- Edited documents of the last days: most documents never have a second version.
CREATE INDEX versions_edited ON versions (fetched, document) WHERE n > 1;
-- How long news took from being seen to being told.
CREATE INDEX deliveries_accepted ON deliveries (accepted_at) WHERE accepted_at IS NOT NULL;
-- Each source's days, for the cadence strips: counted from the index alone.
CREATE INDEX runs_daily ON runs (source, substr(started, 1, 10), ok);
CREATE INDEX sightings_daily ON sightings (source, substr(first_seen, 1, 10)) WHERE baseline = 0;
-- What one ruleset found that another did not.
CREATE INDEX verdicts_by_ruleset ON verdicts (ruleset, relevant, version);
-- The latest items of one source, and of all.
CREATE INDEX sightings_by_source_seen ON sightings (source, first_seen);

-- What the web view's lists say of a story, one row for each of its relevant documents; `story_members` numbers the documents
-- of all stories before it gives those of one.
CREATE VIEW story_dates AS
SELECT
    stories.id AS story,
    stories.opened,
    min(coalesce(versions.published_at, documents.first_seen)) AS told,
    json_group_array(json(verdicts.phases)) AS phases,
    json_group_array(json(verdicts.countries)) AS countries,
    min(documents.baseline) AS baseline
FROM stories
JOIN memberships ON memberships.story = stories.id
JOIN documents ON documents.id = memberships.document AND documents.relevant = 1
JOIN versions ON versions.id = documents.version
JOIN verdicts ON verdicts.id = documents.verdict
GROUP BY stories.id;
