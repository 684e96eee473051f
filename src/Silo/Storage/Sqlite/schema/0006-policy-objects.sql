-- Objects of the policy that were made through an API: silences, overrides, schedules.
CREATE TABLE policy_objects (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    doc  BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
INSERT INTO policy_objects SELECT 'silence', id, doc FROM silences;
DROP TABLE silences;
