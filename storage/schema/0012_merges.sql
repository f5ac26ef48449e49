-- stories that turned out to be one, documents that turned out to belong elsewhere ------------------------------------------

-- The story that a merged one lives on in, to the end of the chain; its id keeps resolving to that one for ever.
ALTER TABLE stories ADD COLUMN merged_into TEXT REFERENCES stories (id);
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;

-- When and why two stories became one; nothing is ever taken out.
CREATE TABLE story_merges (
    id INTEGER PRIMARY KEY,
    gone TEXT NOT NULL REFERENCES stories (id),
    survivor TEXT NOT NULL REFERENCES stories (id),
    by TEXT NOT NULL CHECK (by IN ('evidence', 'person')),
    why TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX story_merges_by_gone ON story_merges (gone);
CREATE INDEX story_merges_by_survivor ON story_merges (survivor);

-- Where documents were before: a row each time that one changes its story, by a merge or alone. `since` and `until` bound the
-- time in which it was told of as part of that story.
CREATE TABLE past_memberships (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    story TEXT NOT NULL REFERENCES stories (id),
    why TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    moved_to TEXT NOT NULL REFERENCES stories (id),
    moved_by TEXT NOT NULL CHECK (moved_by IN ('evidence', 'person')),
    moved_why TEXT NOT NULL
) STRICT;
CREATE INDEX past_memberships_by_document ON past_memberships (document, until);
CREATE INDEX past_memberships_by_story ON past_memberships (story);
