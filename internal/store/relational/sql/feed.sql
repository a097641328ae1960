-- name: feed count
UPDATE tenant_state SET changes = changes + 1 WHERE tenant = ?

-- name: feed append (sqlite)
INSERT INTO feed_change (tenant, sequence, cursor, at, keys)
SELECT s.tenant, s.changes, f.cursor, ?, ? FROM tenant_state s, feed_state f WHERE s.tenant = ? AND f.id = 1

-- name: feed append (postgres)
INSERT INTO feed_change (tenant, sequence, at, keys)
SELECT tenant, changes, CAST(? AS BIGINT), CAST(? AS TEXT) FROM tenant_state WHERE tenant = ?

-- name: feed next cursor (sqlite)
UPDATE feed_state SET cursor = cursor + 1 WHERE id = 1

-- name: feed next cursor (postgres)
SELECT 1

-- name: feed prune
DELETE FROM feed_change WHERE tenant = ? AND sequence <= (SELECT s.changes FROM tenant_state s WHERE s.tenant = ?) - ?

-- name: feed cursor (sqlite)
SELECT CAST(cursor AS TEXT) FROM feed_state WHERE id = 1

-- name: feed cursor (postgres)
-- A snapshot tells what could be seen: transactions end in another order than
-- they begin, and no row that all must write stands in their way.
SELECT CAST(pg_current_snapshot() AS TEXT)

-- name: feed after (sqlite)
SELECT t.id, c.sequence, c.at, c.keys
FROM feed_change c JOIN tenant t ON t.number = c.tenant
WHERE c.cursor > CAST(? AS BIGINT) ORDER BY t.id, c.sequence

-- name: feed after (postgres)
SELECT t.id, c.sequence, c.at, c.keys
FROM feed_change c JOIN tenant t ON t.number = c.tenant, (SELECT CAST(CAST(? AS TEXT) AS pg_snapshot) AS seen) s
WHERE c.xact >= pg_snapshot_xmin(s.seen) AND NOT pg_visible_in_snapshot(c.xact, s.seen) ORDER BY t.id, c.sequence

-- name: feed sequence
SELECT changes FROM tenant_state WHERE tenant = ?

-- name: feed changes
SELECT t.id, c.sequence, c.at, c.keys
FROM feed_change c JOIN tenant t ON t.number = c.tenant
WHERE c.tenant = ? AND c.sequence > ? ORDER BY c.sequence LIMIT ?
