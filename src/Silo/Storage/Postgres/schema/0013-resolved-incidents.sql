-- Those that are resolved, newest first: among all that are not active there are as many merged ones, and a list read past them.
CREATE INDEX incidents_resolved ON incidents (opened_at, id) WHERE status = 'resolved';
