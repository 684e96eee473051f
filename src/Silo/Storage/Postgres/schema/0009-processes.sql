-- The processes on this database. The one that holds the advisory lock is the owner and decides; the others wait and forward. A
-- beat that stands still is a process that does. seen is the server's clock and only shown.
CREATE TABLE processes (
    id      text PRIMARY KEY,
    name    text NOT NULL,
    address text NOT NULL,
    state   text NOT NULL,
    epoch   bigint,
    beat    bigint NOT NULL,
    started timestamptz NOT NULL,
    seen    timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Counts the owners that there were.
CREATE SEQUENCE epochs;
