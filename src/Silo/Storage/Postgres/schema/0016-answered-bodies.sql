-- A digest of the body that was answered under the key: another body is another request.
ALTER TABLE answers ADD COLUMN body text NOT NULL DEFAULT '';
