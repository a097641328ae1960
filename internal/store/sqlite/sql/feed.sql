-- name: feed next cursor
UPDATE feed_state SET cursor = cursor + 1 WHERE id = 1 RETURNING cursor

-- name: feed next sequence
UPDATE tenant SET changes = changes + 1 WHERE number = ? RETURNING changes

-- name: feed append
INSERT INTO feed_change (tenant, sequence, cursor, at, keys) VALUES (?, ?, ?, ?, ?)

-- name: feed prune
DELETE FROM feed_change WHERE tenant = ? AND sequence <= ?

-- name: feed cursor
SELECT cursor FROM feed_state WHERE id = 1

-- name: feed after
SELECT c.cursor, t.id, c.sequence, c.at, c.keys
FROM feed_change c JOIN tenant t ON t.number = c.tenant
WHERE c.cursor > ? ORDER BY c.cursor LIMIT ?

-- name: feed sequence
SELECT changes FROM tenant WHERE number = ?

-- name: feed changes
SELECT c.cursor, t.id, c.sequence, c.at, c.keys
FROM feed_change c JOIN tenant t ON t.number = c.tenant
WHERE c.tenant = ? AND c.sequence > ? ORDER BY c.sequence LIMIT ?
