-- How many alerts there are of each status and priority: counting a million rows takes longer than a list may.
CREATE TABLE alert_counts (
    status   TEXT NOT NULL,
    priority TEXT NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (status, priority)
) WITHOUT ROWID;
INSERT INTO alert_counts SELECT status, priority, COUNT(*) FROM alerts GROUP BY status, priority;
CREATE TRIGGER alerts_added AFTER INSERT ON alerts BEGIN
    INSERT INTO alert_counts VALUES (NEW.status, NEW.priority, 1)
    ON CONFLICT (status, priority) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER alerts_moved AFTER UPDATE OF status, priority ON alerts
WHEN NEW.status <> OLD.status OR NEW.priority <> OLD.priority BEGIN
    UPDATE alert_counts SET count = count - 1 WHERE status = OLD.status AND priority = OLD.priority;
    INSERT INTO alert_counts VALUES (NEW.status, NEW.priority, 1)
    ON CONFLICT (status, priority) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER alerts_dropped AFTER DELETE ON alerts BEGIN
    UPDATE alert_counts SET count = count - 1 WHERE status = OLD.status AND priority = OLD.priority;
END;

-- With the status, a page far down the list is found in the index alone.
DROP INDEX alerts_created;
CREATE INDEX alerts_created ON alerts (created_at, tiny_id, status);
