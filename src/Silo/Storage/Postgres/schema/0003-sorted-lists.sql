-- The last count and time of alerts that no repeat will move any more. Those of open alerts stay without an index: it
-- would end their HOT updates.
CREATE TABLE closed_tallies (
    tiny_id          bigint PRIMARY KEY,
    count            bigint NOT NULL,
    last_occurred_at bigint NOT NULL
);
INSERT INTO closed_tallies
SELECT tiny_id, count, last_occurred_at FROM alerts JOIN alert_tallies USING (tiny_id) WHERE status = 'closed';
CREATE INDEX closed_tallies_count ON closed_tallies (count, tiny_id);
CREATE INDEX closed_tallies_last_occurred ON closed_tallies (last_occurred_at, tiny_id);

-- The orders that people can ask for, of open and of closed alerts.
CREATE INDEX alerts_status_number ON alerts (status, tiny_id);
CREATE INDEX alerts_status_message ON alerts (status, message, tiny_id);
CREATE INDEX alerts_status_source ON alerts (status, source, tiny_id);
CREATE INDEX alerts_status_integration_name ON alerts (status, integration_name, tiny_id);
CREATE INDEX alerts_status_integration_type ON alerts (status, integration_type, tiny_id);
CREATE INDEX alerts_status_closed_at ON alerts (status, closed_at NULLS FIRST, tiny_id);
CREATE INDEX alerts_status_closed_by ON alerts (status, closed_by, tiny_id);
