-- How many alerts there are of each status: counting a million rows takes longer than a list may.
CREATE TABLE alert_counts (
    status TEXT PRIMARY KEY,
    count  INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO alert_counts VALUES ('open', 0), ('closed', 0), ('deleted', 0);
UPDATE alert_counts SET count = (SELECT COUNT(*) FROM alerts WHERE alerts.status = alert_counts.status);
CREATE TRIGGER alerts_added AFTER INSERT ON alerts BEGIN
    UPDATE alert_counts SET count = count + 1 WHERE status = NEW.status;
END;
CREATE TRIGGER alerts_moved AFTER UPDATE OF status ON alerts WHEN NEW.status <> OLD.status BEGIN
    UPDATE alert_counts SET count = count - 1 WHERE status = OLD.status;
    UPDATE alert_counts SET count = count + 1 WHERE status = NEW.status;
END;
CREATE TRIGGER alerts_dropped AFTER DELETE ON alerts BEGIN
    UPDATE alert_counts SET count = count - 1 WHERE status = OLD.status;
END;

-- With the status, a page far down the list is found in the index alone.
DROP INDEX alerts_created;
CREATE INDEX alerts_created ON alerts (created_at, tiny_id, status);
