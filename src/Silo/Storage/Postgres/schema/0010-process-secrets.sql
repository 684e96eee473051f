-- Who can read it is one of the processes on this database, and is let in by the owner as one. New at each start.
ALTER TABLE processes ADD COLUMN secret text;
