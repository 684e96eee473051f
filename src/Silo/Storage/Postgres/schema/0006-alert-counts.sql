-- How many alerts there are of each status and priority: counting a million rows takes longer than a list may. The sum
-- of the slots counts; a session writes to one of them, so that silos seldom wait for one another.
CREATE TABLE alert_counts (
    slot     int NOT NULL,
    status   text COLLATE "C" NOT NULL,
    priority text COLLATE "C" NOT NULL,
    count    bigint NOT NULL,
    PRIMARY KEY (slot, status, priority)
) WITH (fillfactor = 50);
INSERT INTO alert_counts SELECT 0, status, priority, COUNT(*) FROM alerts GROUP BY status, priority;

CREATE FUNCTION count_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO alert_counts AS stored
        SELECT pg_backend_pid() % 16, status, priority, COUNT(*) FROM added
        GROUP BY status, priority ORDER BY status, priority
        ON CONFLICT (slot, status, priority) DO UPDATE SET count = stored.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO alert_counts AS stored
        SELECT pg_backend_pid() % 16, status, priority, -COUNT(*) FROM removed
        GROUP BY status, priority ORDER BY status, priority
        ON CONFLICT (slot, status, priority) DO UPDATE SET count = stored.count + excluded.count;
    ELSE
        INSERT INTO alert_counts AS stored
        SELECT pg_backend_pid() % 16, status, priority, SUM(moved) FROM (
            SELECT status, priority, 1 AS moved FROM added UNION ALL SELECT status, priority, -1 FROM removed) AS moves
        GROUP BY status, priority HAVING SUM(moved) <> 0 ORDER BY status, priority
        ON CONFLICT (slot, status, priority) DO UPDATE SET count = stored.count + excluded.count;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_added AFTER INSERT ON alerts REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_alerts();
CREATE TRIGGER alerts_moved AFTER UPDATE ON alerts REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_alerts();
CREATE TRIGGER alerts_dropped AFTER DELETE ON alerts REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION count_alerts();

-- With the status, a page far down the list is found in the index alone.
DROP INDEX alerts_created;
CREATE INDEX alerts_created ON alerts (created_at, tiny_id) INCLUDE (status);
