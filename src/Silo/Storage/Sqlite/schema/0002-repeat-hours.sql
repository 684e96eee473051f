-- What stays of repeats when their turns are dropped: how often, from when to when, and the longest time between two
-- that follow one another. id rises with the hour. through_turn is the last turn that the row has counted.
CREATE TABLE repeat_hours (
    id           INTEGER PRIMARY KEY,
    alias        TEXT NOT NULL,
    hour         INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    longest_gap  INTEGER NOT NULL,
    through_turn INTEGER NOT NULL
);
CREATE UNIQUE INDEX repeat_hours_alias ON repeat_hours (alias, hour);

-- The repeats of turns up to this one are in the hours.
ALTER TABLE base ADD COLUMN summarised_turn INTEGER NOT NULL DEFAULT 0;
