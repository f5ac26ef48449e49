-- The bytes of pages as received, in a file of their own: they are most of the volume and none of the questions.
CREATE TABLE bodies (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    zstd BLOB NOT NULL
) STRICT;
