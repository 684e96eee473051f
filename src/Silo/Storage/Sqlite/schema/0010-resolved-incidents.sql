-- Those of one status, newest first: among all that are not active there are as many merged ones, and a list read past them.
DROP INDEX incidents_status;
CREATE INDEX incidents_status ON incidents (status, opened_at, id);
