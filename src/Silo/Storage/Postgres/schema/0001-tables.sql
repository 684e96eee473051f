-- Times are Unix milliseconds, as in the other database; documents are UTF-8 JSON (convert_from(doc, 'UTF8')).
-- Keys sort by their bytes (COLLATE "C"), whatever the database's language.

-- One row per turn: the partition heads that moved and the turn's packed repeats. In partitions by hour, which are
-- made when first written to and dropped whole.
CREATE TABLE turns (
    turn    bigint NOT NULL,
    at      bigint NOT NULL,
    heads   bytea NOT NULL,
    repeats bytea NOT NULL,
    PRIMARY KEY (turn, at)
) PARTITION BY RANGE (at);

CREATE TABLE base (
    id             int PRIMARY KEY CHECK (id = 1),
    turn           bigint NOT NULL,
    heads          bytea NOT NULL,
    replay_turn    bigint NOT NULL,
    policy_version bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO base VALUES (1, 0, '', 0, 0);

-- Decisions that are no repeats. id is the turn and an ordinal; turn_at is the turn's time. In partitions by day.
CREATE TABLE log (
    id        bigint NOT NULL,
    turn_at   bigint NOT NULL,
    partition int NOT NULL,
    position  bigint NOT NULL,
    at        bigint NOT NULL,
    kind      int NOT NULL,
    key       text COLLATE "C" NOT NULL,
    type      text NOT NULL,
    outcome   int NOT NULL,
    reason    text NOT NULL,
    alert_id  text COLLATE "C",
    policy    bigint NOT NULL,
    command   bytea NOT NULL,
    PRIMARY KEY (id, turn_at)
) PARTITION BY RANGE (turn_at);
CREATE INDEX log_poison ON log (id) WHERE outcome = 4;

-- One row per episode of an alias; current for the newest. partition is the alias's; a past episode is a grain of its
-- own.
CREATE TABLE alerts (
    tiny_id          bigint PRIMARY KEY,
    id               text COLLATE "C" NOT NULL,
    alias            text COLLATE "C" NOT NULL,
    episode          int NOT NULL,
    current          boolean NOT NULL,
    partition        int NOT NULL,
    status           text COLLATE "C" NOT NULL,
    priority         text COLLATE "C" NOT NULL,
    created_at       bigint NOT NULL,
    updated_at       bigint NOT NULL,
    closed_at        bigint,
    closed_by        text NOT NULL,
    team             text NOT NULL,
    kind             text NOT NULL,
    entity           text NOT NULL,
    source           text NOT NULL,
    incident_id      text COLLATE "C",
    is_seen          boolean NOT NULL,
    suppressed       boolean NOT NULL,
    integration_name text NOT NULL,
    integration_type text NOT NULL,
    tags             text NOT NULL,
    teams            text NOT NULL,
    responders       text NOT NULL,
    actions          text NOT NULL,
    message          text NOT NULL,
    details          text NOT NULL,
    description      text NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX alerts_id ON alerts (id);
CREATE INDEX alerts_alias ON alerts (alias, current, status);
CREATE INDEX alerts_created ON alerts (created_at, tiny_id);
CREATE INDEX alerts_updated ON alerts (updated_at, tiny_id);
CREATE INDEX alerts_status_created ON alerts (status, created_at, tiny_id);
CREATE INDEX alerts_status_updated ON alerts (status, updated_at, tiny_id);
CREATE INDEX alerts_team_created ON alerts (team, created_at, tiny_id);
CREATE INDEX alerts_team_status_created ON alerts (team, status, created_at, tiny_id);

CREATE TABLE alert_docs (
    tiny_id bigint PRIMARY KEY,
    shape   int NOT NULL,
    doc     bytea NOT NULL
) WITH (fillfactor = 80);

-- What a checkpoint rewrites. No index but the key, and room in the page: each rewrite stays there (HOT).
CREATE TABLE alert_tallies (
    tiny_id          bigint PRIMARY KEY,
    as_of            bigint NOT NULL,
    count            bigint NOT NULL,
    last_occurred_at bigint NOT NULL,
    tally            bytea NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE incidents (
    id              text COLLATE "C" PRIMARY KEY,
    number          bigint NOT NULL,
    partition       int NOT NULL,
    as_of           bigint NOT NULL,
    status          text COLLATE "C" NOT NULL,
    active          boolean NOT NULL,
    priority        text COLLATE "C" NOT NULL,
    team            text NOT NULL,
    owner           text,
    opened_at       bigint NOT NULL,
    updated_at      bigint NOT NULL,
    acknowledged_at bigint,
    acknowledged_by text,
    snoozed_until   bigint,
    resolved_at     bigint,
    shape           int NOT NULL,
    doc             bytea NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX incidents_opened ON incidents (opened_at, id);
CREATE INDEX incidents_active ON incidents (active, opened_at, id);
CREATE INDEX incidents_status ON incidents (status);
CREATE INDEX incidents_team ON incidents (team, active, opened_at, id);

-- The other kinds of grain.
CREATE TABLE grains (
    kind      int NOT NULL,
    key       text COLLATE "C" NOT NULL,
    partition int NOT NULL,
    as_of     bigint NOT NULL,
    shape     int NOT NULL,
    doc       bytea NOT NULL,
    tally     bytea NOT NULL,
    PRIMARY KEY (kind, key)
) WITH (fillfactor = 70);

CREATE TABLE items (
    kind     int NOT NULL,
    key      text COLLATE "C" NOT NULL,
    item_set text COLLATE "C" NOT NULL,
    item_key text COLLATE "C" NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (kind, key, item_set, item_key)
);

-- quiet is zero for a duty. due is rounded up: no timer fires early.
CREATE TABLE timers (
    kind       int NOT NULL,
    key        text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    partition  int NOT NULL,
    due        bigint NOT NULL,
    quiet      bigint NOT NULL,
    read_set   text,
    read_after text,
    read_limit int,
    PRIMARY KEY (kind, key, name)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX timers_duty ON timers (due) WHERE quiet = 0;
CREATE INDEX timers_absence ON timers (due, quiet) WHERE quiet > 0;

CREATE TABLE timeline (
    id    bigint PRIMARY KEY,
    kind  int NOT NULL,
    key   text COLLATE "C" NOT NULL,
    at    bigint NOT NULL,
    type  text NOT NULL,
    text  text NOT NULL,
    actor text NOT NULL
);
CREATE INDEX timeline_owner ON timeline (kind, key, id);

-- state 1 is pending. channel is the one that is tried now; by moves_on_at the next one is, null for the last one.
CREATE TABLE outbox (
    id          text COLLATE "C" PRIMARY KEY,
    incident_id text COLLATE "C" NOT NULL,
    state       int NOT NULL,
    priority    int NOT NULL,
    not_before  bigint NOT NULL,
    moves_on_at bigint,
    channel     text NOT NULL,
    shape       int NOT NULL,
    doc         bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX outbox_pending ON outbox (priority, not_before) WHERE state = 1;
CREATE INDEX outbox_next ON outbox (not_before) WHERE state = 1;
CREATE INDEX outbox_overdue ON outbox (moves_on_at) WHERE state = 1;
CREATE INDEX outbox_done ON outbox (not_before) WHERE state <> 1;

CREATE TABLE messages (
    id        bigint PRIMARY KEY,
    from_kind int NOT NULL,
    from_key  text COLLATE "C" NOT NULL,
    to_kind   int NOT NULL,
    to_key    text COLLATE "C" NOT NULL,
    command   text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE answers (
    key       text COLLATE "C" PRIMARY KEY,
    at        bigint NOT NULL,
    partition int NOT NULL,
    position  bigint NOT NULL,
    turn      bigint NOT NULL,
    outcome   int NOT NULL,
    reason    text NOT NULL
);
CREATE INDEX answers_at ON answers (at);

-- Silences made through an API: the part of the policy that lives here.
CREATE TABLE silences (
    id  text COLLATE "C" PRIMARY KEY,
    doc bytea NOT NULL
);

-- One row per policy version. With a hash it is a configuration, and doc the silences that it found in force; without
-- one, doc is the one silence that changed. turn is that in which it came in force.
CREATE TABLE policies (
    version bigint PRIMARY KEY,
    turn    bigint NOT NULL,
    at      bigint NOT NULL,
    hash    text COLLATE "C",
    doc     bytea NOT NULL
);

CREATE TABLE policy_docs (
    hash text COLLATE "C" PRIMARY KEY,
    doc  bytea NOT NULL
);
