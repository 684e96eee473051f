-- A digest of the body that was answered under the key: another body is another request.
ALTER TABLE answers ADD COLUMN body TEXT NOT NULL DEFAULT '';
