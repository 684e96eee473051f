-- Times are Unix milliseconds. Shapes are versions of the stored documents.

-- One row per turn: the partition heads that moved and the turn's packed repeats. The newest heads are those of the
-- base row with every later turn's heads laid over them, so a commit never rewrites a full table of heads.
CREATE TABLE turns (
    turn    INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    heads   BLOB NOT NULL,
    repeats BLOB NOT NULL
);

CREATE TABLE base (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    turn           INTEGER NOT NULL,
    heads          BLOB NOT NULL,
    replay_turn    INTEGER NOT NULL,
    policy_version INTEGER NOT NULL
);
INSERT INTO base VALUES (1, 0, x'', 0, 0);

-- Decisions that are no repeats. id is the turn and an ordinal, so that a request id finds its row by the turn in it.
CREATE TABLE log (
    id        INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    key       TEXT NOT NULL,
    type      TEXT NOT NULL,
    outcome   INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    alert_id  TEXT,
    policy    INTEGER NOT NULL,
    command   BLOB NOT NULL
);
CREATE INDEX log_poison ON log (id) WHERE outcome = 4;

-- One row per episode of an alias; current = 1 for the newest. Lists filter and sort on this table. partition is the
-- alias's; a past episode is a grain of its own, by its id.
CREATE TABLE alerts (
    tiny_id          INTEGER PRIMARY KEY,
    id               TEXT NOT NULL,
    alias            TEXT NOT NULL,
    episode          INTEGER NOT NULL,
    current          INTEGER NOT NULL,
    partition        INTEGER NOT NULL,
    status           TEXT NOT NULL,
    priority         TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    closed_at        INTEGER,
    closed_by        TEXT NOT NULL,
    team             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    entity           TEXT NOT NULL,
    source           TEXT NOT NULL,
    incident_id      TEXT,
    is_seen          INTEGER NOT NULL,
    suppressed       INTEGER NOT NULL,
    integration_name TEXT NOT NULL,
    integration_type TEXT NOT NULL,
    tags             TEXT NOT NULL,
    teams            TEXT NOT NULL,
    responders       TEXT NOT NULL,
    actions          TEXT NOT NULL,
    message          TEXT NOT NULL,
    details          TEXT NOT NULL,
    description      TEXT NOT NULL
);
CREATE UNIQUE INDEX alerts_id ON alerts (id);
CREATE INDEX alerts_alias ON alerts (alias, current, status);
CREATE INDEX alerts_created ON alerts (created_at);
CREATE INDEX alerts_updated ON alerts (updated_at);
CREATE INDEX alerts_status_created ON alerts (status, created_at);
CREATE INDEX alerts_status_updated ON alerts (status, updated_at);
CREATE INDEX alerts_team_created ON alerts (team, created_at);
CREATE INDEX alerts_team_status_created ON alerts (team, status, created_at);

-- Apart from the list table, so that a filter over a hundred thousand alerts does not read their documents.
CREATE TABLE alert_docs (
    tiny_id INTEGER PRIMARY KEY,
    shape   INTEGER NOT NULL,
    doc     BLOB NOT NULL
);

-- Apart again, because a checkpoint rewrites only these: some forty rows fit a page.
CREATE TABLE alert_tallies (
    tiny_id          INTEGER PRIMARY KEY,
    as_of            INTEGER NOT NULL,
    count            INTEGER NOT NULL,
    last_occurred_at INTEGER NOT NULL,
    tally            BLOB NOT NULL
);

CREATE TABLE incidents (
    id              TEXT NOT NULL PRIMARY KEY,
    number          INTEGER NOT NULL,
    partition       INTEGER NOT NULL,
    as_of           INTEGER NOT NULL,
    status          TEXT NOT NULL,
    active          INTEGER NOT NULL,
    priority        TEXT NOT NULL,
    team            TEXT NOT NULL,
    owner           TEXT,
    opened_at       INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    snoozed_until   INTEGER,
    resolved_at     INTEGER,
    shape           INTEGER NOT NULL,
    doc             BLOB NOT NULL
);
CREATE INDEX incidents_opened ON incidents (opened_at, id);
CREATE INDEX incidents_active ON incidents (active, opened_at, id);
CREATE INDEX incidents_status ON incidents (status);
CREATE INDEX incidents_team ON incidents (team, active, opened_at, id);

-- The other kinds of grain.
CREATE TABLE grains (
    kind      INTEGER NOT NULL,
    key       TEXT NOT NULL,
    partition INTEGER NOT NULL,
    as_of     INTEGER NOT NULL,
    shape     INTEGER NOT NULL,
    doc       BLOB NOT NULL,
    tally     BLOB NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE items (
    kind     INTEGER NOT NULL,
    key      TEXT NOT NULL,
    item_set TEXT NOT NULL,
    item_key TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (kind, key, item_set, item_key)
) WITHOUT ROWID;

-- quiet is zero for a duty. due is rounded up: no timer fires early.
CREATE TABLE timers (
    kind       INTEGER NOT NULL,
    key        TEXT NOT NULL,
    name       TEXT NOT NULL,
    due        INTEGER NOT NULL,
    quiet      INTEGER NOT NULL,
    read_set   TEXT,
    read_after TEXT,
    read_limit INTEGER,
    PRIMARY KEY (kind, key, name)
) WITHOUT ROWID;
CREATE INDEX timers_duty ON timers (due) WHERE quiet = 0;
CREATE INDEX timers_absence ON timers (due, quiet) WHERE quiet > 0;

CREATE TABLE timeline (
    id    INTEGER PRIMARY KEY,
    kind  INTEGER NOT NULL,
    key   TEXT NOT NULL,
    at    INTEGER NOT NULL,
    type  TEXT NOT NULL,
    text  TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX timeline_owner ON timeline (kind, key);

-- state 1 is pending. channel is the one that is tried now; by moves_on_at the next one is, null for the last one.
CREATE TABLE outbox (
    id          TEXT NOT NULL PRIMARY KEY,
    incident_id TEXT NOT NULL,
    state       INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    moves_on_at INTEGER,
    channel     TEXT NOT NULL,
    shape       INTEGER NOT NULL,
    doc         BLOB NOT NULL
);
CREATE INDEX outbox_pending ON outbox (priority, not_before) WHERE state = 1;
CREATE INDEX outbox_next ON outbox (not_before) WHERE state = 1;
CREATE INDEX outbox_overdue ON outbox (moves_on_at) WHERE state = 1;
CREATE INDEX outbox_done ON outbox (not_before) WHERE state <> 1;

CREATE TABLE messages (
    id        INTEGER PRIMARY KEY,
    from_kind INTEGER NOT NULL,
    from_key  TEXT NOT NULL,
    to_kind   INTEGER NOT NULL,
    to_key    TEXT NOT NULL,
    command   TEXT NOT NULL
);

CREATE TABLE answers (
    key       TEXT NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    turn      INTEGER NOT NULL,
    outcome   INTEGER NOT NULL,
    reason    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);

-- Silences made through an API: the part of the policy that lives here.
CREATE TABLE silences (
    id  TEXT NOT NULL PRIMARY KEY,
    doc BLOB NOT NULL
) WITHOUT ROWID;

-- One row per policy version. With a hash it is a configuration, and doc the silences that it found in force; without
-- one, doc is the one silence that changed. turn is that in which it came in force.
CREATE TABLE policies (
    version INTEGER PRIMARY KEY,
    turn    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    hash    TEXT,
    doc     BLOB NOT NULL
);

CREATE TABLE policy_docs (
    hash TEXT NOT NULL PRIMARY KEY,
    doc  BLOB NOT NULL
) WITHOUT ROWID;
