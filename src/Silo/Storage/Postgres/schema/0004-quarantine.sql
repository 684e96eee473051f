-- Bodies that no alert could be made of, or the beginning of them. Bounded by count, bytes and age with each new one.
CREATE TABLE quarantine (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       bigint NOT NULL,
    source   text NOT NULL,
    key_name text NOT NULL,
    team     text NOT NULL,
    reason   text NOT NULL,
    size     bigint NOT NULL,
    body     bytea NOT NULL
);
