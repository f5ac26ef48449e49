-- How a text was taken from its page: documents whose page no rule could match were read by a cheap reader.
ALTER TABLE documents ADD COLUMN gate TEXT;
CREATE INDEX documents_by_gate ON documents (gate) WHERE gate IS NOT NULL;
