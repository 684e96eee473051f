-- One row while the store is on hold after a restore: since the first turn after it, NULL before that. restore.sh makes the row, and
-- the table when the backup is of a release that had none.
CREATE TABLE IF NOT EXISTS hold (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    since INTEGER
) STRICT;
