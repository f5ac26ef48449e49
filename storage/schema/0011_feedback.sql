-- What people said of documents beyond relevant or not.

CREATE TABLE remarks (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    story TEXT NOT NULL REFERENCES stories (id),
    what TEXT NOT NULL CHECK (what IN ('wrong-story', 'wrong-date')),
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_by_document ON remarks (document, id);
