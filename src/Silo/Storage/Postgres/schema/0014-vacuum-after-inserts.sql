-- A deep page is read from an index alone only where the server knows that all rows are visible, which vacuum notes: after a fifth
-- of a million alerts by default, and lists begin with the newest.
ALTER TABLE alerts SET (autovacuum_vacuum_insert_scale_factor = 0.01);
