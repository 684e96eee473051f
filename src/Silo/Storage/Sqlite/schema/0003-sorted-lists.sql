-- The last count and time of alerts that no repeat will move any more. Those of open alerts stay without an index: each
-- checkpoint would rewrite it.
CREATE TABLE closed_tallies (
    tiny_id          INTEGER PRIMARY KEY,
    count            INTEGER NOT NULL,
    last_occurred_at INTEGER NOT NULL
);
INSERT INTO closed_tallies
SELECT alerts.tiny_id, count, last_occurred_at FROM alerts
JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id WHERE status = 'closed';
CREATE INDEX closed_tallies_count ON closed_tallies (count);
CREATE INDEX closed_tallies_last_occurred ON closed_tallies (last_occurred_at);

-- The orders that people can ask for, of open and of closed alerts. None on what a filter compares with =: it would be
-- preferred to the index that has the order.
CREATE INDEX alerts_status_number ON alerts (status);
CREATE INDEX alerts_status_message ON alerts (status, message);
CREATE INDEX alerts_status_source ON alerts (status, source);
CREATE INDEX alerts_status_integration_name ON alerts (status, integration_name);
CREATE INDEX alerts_status_integration_type ON alerts (status, integration_type);
CREATE INDEX alerts_status_closed_at ON alerts (status, closed_at);
CREATE INDEX alerts_status_closed_by ON alerts (status, closed_by);
