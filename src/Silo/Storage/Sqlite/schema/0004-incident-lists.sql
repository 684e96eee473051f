-- Whose incidents, and those of a priority: without these a list of somebody who has few read every incident there is.
CREATE INDEX incidents_owner ON incidents (owner, active, opened_at, id);
CREATE INDEX incidents_priority ON incidents (priority, active, opened_at, id);
