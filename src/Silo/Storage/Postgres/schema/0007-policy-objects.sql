-- Objects of the policy that were made through an API: silences, overrides, schedules.
CREATE TABLE policy_objects (
    kind text COLLATE "C" NOT NULL,
    id   text COLLATE "C" NOT NULL,
    doc  bytea NOT NULL,
    PRIMARY KEY (kind, id)
);
INSERT INTO policy_objects SELECT 'silence', id, doc FROM silences;
DROP TABLE silences;
