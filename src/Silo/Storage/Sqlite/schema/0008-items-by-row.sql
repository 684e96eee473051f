-- Child rows lie in the order they came in. In a table without rowids they lie in the index, whose pages take a thousand
-- bytes of a row and give each longer one, as most members of incidents are, an overflow page of its own.
CREATE TABLE items_by_row (
    kind     INTEGER NOT NULL,
    key      TEXT NOT NULL,
    item_set TEXT NOT NULL,
    item_key TEXT NOT NULL,
    body     TEXT NOT NULL
);
INSERT INTO items_by_row (kind, key, item_set, item_key, body)
    SELECT kind, key, item_set, item_key, body FROM items ORDER BY kind, key, item_set, item_key;
DROP TABLE items;
ALTER TABLE items_by_row RENAME TO items;
CREATE UNIQUE INDEX items_owner ON items (kind, key, item_set, item_key);
