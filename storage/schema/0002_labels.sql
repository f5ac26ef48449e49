-- What people said of documents, and how the rules fare by it.

CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL REFERENCES versions (id),
    relevant INTEGER NOT NULL CHECK (relevant IN (0, 1)),
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX labels_by_document ON labels (document, id);

CREATE VIEW labels_now AS
SELECT labels.document, labels.version, labels.relevant, labels.note, labels.by, labels.at,
    documents.relevant AS judged, documents.source, documents.url
FROM labels JOIN documents ON documents.id = labels.document
WHERE labels.id = (SELECT max(id) FROM labels AS later WHERE later.document = labels.document);

CREATE VIEW precision_by_rule AS
SELECT evidence.rule, count(DISTINCT labels_now.document) AS labelled,
    count(DISTINCT CASE WHEN labels_now.relevant = 1 THEN labels_now.document END) AS right
FROM labels_now
JOIN documents ON documents.id = labels_now.document
JOIN evidence ON evidence.verdict = documents.verdict
WHERE labels_now.judged = 1 GROUP BY evidence.rule;

CREATE VIEW precision_by_term AS
SELECT lower(evidence.quote) AS term, count(DISTINCT labels_now.document) AS labelled,
    count(DISTINCT CASE WHEN labels_now.relevant = 1 THEN labels_now.document END) AS right
FROM labels_now
JOIN documents ON documents.id = labels_now.document
JOIN evidence ON evidence.verdict = documents.verdict
WHERE labels_now.judged = 1 GROUP BY lower(evidence.quote);

CREATE VIEW precision_by_source AS
SELECT source, count(*) AS labelled, sum(relevant) AS right FROM labels_now WHERE judged = 1 GROUP BY source;
