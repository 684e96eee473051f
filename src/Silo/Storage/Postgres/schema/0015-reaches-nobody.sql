-- Climbed to the end and nobody was reached: the audit finds them without reading their documents.
ALTER TABLE incidents ADD COLUMN reaches_nobody boolean NOT NULL DEFAULT false;
