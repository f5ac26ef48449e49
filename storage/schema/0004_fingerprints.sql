-- what documents tell, for finding those that tell the same event ------------------------------------------------------

CREATE TABLE fingerprints (
    document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE fingerprint_keys (
    key INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES fingerprints (document) ON DELETE CASCADE,
    PRIMARY KEY (key, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprint_keys_by_document ON fingerprint_keys (document);

-- An empty word counts the documents.
CREATE TABLE told_words (
    word TEXT PRIMARY KEY,
    documents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
