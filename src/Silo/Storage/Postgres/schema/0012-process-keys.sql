-- A mark of the secrets that all processes should share: one that takes over with others would let nobody in.
ALTER TABLE processes ADD COLUMN keys_mark text;
