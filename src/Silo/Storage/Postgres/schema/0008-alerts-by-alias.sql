-- Of a million alerts by alias the open ones are few: the index of all aliases would be read to its end for them.
CREATE INDEX alerts_status_alias ON alerts (status, alias, tiny_id);
