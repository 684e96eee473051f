-- What stays of repeats when their turns are dropped: how often, from when to when, and the longest time between two
-- that follow one another. through_turn is the last turn that the row has counted. In partitions by day, which are made
-- when first written to and dropped whole.
CREATE TABLE repeat_hours (
    alias        text COLLATE "C" NOT NULL,
    hour         bigint NOT NULL,
    count        bigint NOT NULL,
    first_at     bigint NOT NULL,
    last_at      bigint NOT NULL,
    longest_gap  bigint NOT NULL,
    through_turn bigint NOT NULL,
    PRIMARY KEY (alias, hour)
) PARTITION BY RANGE (hour);

-- The repeats of turns up to this one are in the hours.
ALTER TABLE base ADD COLUMN summarised_turn bigint NOT NULL DEFAULT 0;
