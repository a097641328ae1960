-- name: lease now (sqlite)
SELECT CAST(? AS BIGINT)

-- name: lease now (postgres)
-- The clock of the server; what the caller thinks is not asked.
SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + 0 * CAST(? AS BIGINT)

-- name: lease seen
SELECT seen FROM lease_clock WHERE id = 1

-- name: lease see (sqlite)
UPDATE lease_clock SET seen = ? WHERE id = 1 AND seen = ?

-- name: lease see (postgres)
-- Whoever is just doing it is not waited for.
UPDATE lease_clock SET seen = ? WHERE id IN (SELECT c.id FROM lease_clock c WHERE c.id = 1 AND c.seen = ? FOR UPDATE SKIP LOCKED)

-- name: lease step back
UPDATE lease_item SET ready = ready - ? WHERE floating = 1 AND ready IS NOT NULL

-- name: lease limit (sqlite)
SELECT 1

-- name: lease limit (postgres)
-- Takers with limits take turns, so that each counts what the others took. One
-- that freezes in between loses its connection, and with it its turn.
SELECT LENGTH(CAST(pg_advisory_xact_lock(5306011884) AS TEXT)) + LENGTH(set_config('idle_in_transaction_session_timeout', '5s', true))

-- name: lease take (sqlite)
WITH want AS (SELECT value ->> '$.kind' AS kind, value ->> '$.most' AS most FROM json_each(?)),
held AS (SELECT tenant, kind FROM lease_item WHERE owner <> '' AND ready > ?),
busy AS (SELECT tenant, COUNT(*) AS works FROM held WHERE tenant > 0 GROUP BY tenant),
open AS MATERIALIZED (SELECT w.kind, w.most - (SELECT COUNT(*) FROM held h WHERE h.kind = w.kind) AS room FROM want w),
found AS (
    SELECT i.tenant, i.kind, i.item, i.ready, o.room FROM lease_item i CROSS JOIN open o
    WHERE i.ready <= ? AND o.kind = i.kind AND o.room > 0 AND i.tenant NOT IN (SELECT b.tenant FROM busy b WHERE b.works >= ?)
    ORDER BY i.ready, i.tenant, i.kind, i.item LIMIT ?
),
placed AS (
    SELECT f.tenant, f.kind, f.item, f.ready, f.room,
        COALESCE((SELECT b.works FROM busy b WHERE b.tenant = f.tenant), 0) + ROW_NUMBER() OVER (PARTITION BY f.tenant ORDER BY f.ready, f.kind, f.item) AS place
    FROM found f
),
turned AS (
    SELECT p.tenant, p.kind, p.item, p.ready, p.room, ROW_NUMBER() OVER (PARTITION BY p.kind ORDER BY p.ready, p.tenant, p.item) AS turn
    FROM placed p WHERE p.tenant = 0 OR p.place <= ?
)
UPDATE lease_item SET owner = ?, since = ?, due = ready, ready = ?, floating = 1, fence = fence + 1, attempts = attempts + 1
FROM (SELECT u.tenant, u.kind, u.item FROM turned u WHERE u.turn <= u.room ORDER BY u.ready, u.tenant, u.kind, u.item LIMIT ?) chosen
WHERE lease_item.tenant = chosen.tenant AND lease_item.kind = chosen.kind AND lease_item.item = chosen.item
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), kind, item, due, ready, period, fence, attempts, position, progress

-- name: lease take (postgres)
WITH want AS (SELECT w.kind, w.most FROM jsonb_to_recordset(CAST(CAST(? AS TEXT) AS JSONB)) AS w (kind TEXT, most BIGINT)),
held AS (SELECT tenant, kind FROM lease_item WHERE owner <> '' AND ready > ?),
busy AS (SELECT tenant, COUNT(*) AS works FROM held WHERE tenant > 0 GROUP BY tenant),
open AS MATERIALIZED (SELECT w.kind, w.most - (SELECT COUNT(*) FROM held h WHERE h.kind = w.kind) AS room FROM want w),
found AS (
    SELECT i.tenant, i.kind, i.item, i.ready, o.room FROM lease_item i, open o
    WHERE i.ready <= ? AND o.kind = i.kind AND o.room > 0 AND i.tenant NOT IN (SELECT b.tenant FROM busy b WHERE b.works >= ?)
    ORDER BY i.ready, i.tenant, i.kind, i.item LIMIT ? FOR UPDATE OF i SKIP LOCKED
),
placed AS (
    SELECT f.tenant, f.kind, f.item, f.ready, f.room,
        COALESCE((SELECT b.works FROM busy b WHERE b.tenant = f.tenant), 0) + ROW_NUMBER() OVER (PARTITION BY f.tenant ORDER BY f.ready, f.kind, f.item) AS place
    FROM found f
),
turned AS (
    SELECT p.tenant, p.kind, p.item, p.ready, p.room, ROW_NUMBER() OVER (PARTITION BY p.kind ORDER BY p.ready, p.tenant, p.item) AS turn
    FROM placed p WHERE p.tenant = 0 OR p.place <= ?
)
UPDATE lease_item SET owner = ?, since = ?, due = ready, ready = ?, floating = 1, fence = fence + 1, attempts = attempts + 1
FROM (SELECT u.tenant, u.kind, u.item FROM turned u WHERE u.turn <= u.room ORDER BY u.ready, u.tenant, u.kind, u.item LIMIT ?) chosen
WHERE lease_item.tenant = chosen.tenant AND lease_item.kind = chosen.kind AND lease_item.item = chosen.item
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), lease_item.kind, lease_item.item, due, lease_item.ready, period, fence, attempts, position, progress

-- name: lease extend (sqlite)
UPDATE lease_item SET ready = ?, floating = 1
WHERE owner <> '' AND (tenant, kind, item, fence) IN (
    SELECT COALESCE((SELECT t.number FROM tenant t WHERE t.id = value ->> '$.tenant'), 0), value ->> '$.kind', value ->> '$.key', value ->> '$.fence' FROM json_each(?)
)
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), kind, item

-- name: lease extend (postgres)
UPDATE lease_item i SET ready = ?, floating = 1
FROM jsonb_to_recordset(CAST(CAST(? AS TEXT) AS JSONB)) AS l (tenant TEXT, kind TEXT, key TEXT, fence BIGINT)
LEFT JOIN tenant t ON t.id = l.tenant
WHERE i.owner <> '' AND i.tenant = COALESCE(t.number, 0) AND i.kind = l.kind AND i.item = l.key AND i.fence = l.fence
RETURNING l.tenant, l.kind, l.key

-- name: lease finish once (sqlite)
DELETE FROM lease_item
WHERE owner <> '' AND period = 0 AND again IS NULL AND (tenant, kind, item, fence) IN (
    SELECT COALESCE((SELECT t.number FROM tenant t WHERE t.id = value ->> '$.tenant'), 0), value ->> '$.kind', value ->> '$.key', value ->> '$.fence' FROM json_each(?)
)
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), kind, item

-- name: lease finish once (postgres)
DELETE FROM lease_item i
USING jsonb_to_recordset(CAST(CAST(? AS TEXT) AS JSONB)) AS l (tenant TEXT, kind TEXT, key TEXT, fence BIGINT)
LEFT JOIN tenant t ON t.id = l.tenant
WHERE i.owner <> '' AND i.period = 0 AND i.again IS NULL
    AND i.tenant = COALESCE(t.number, 0) AND i.kind = l.kind AND i.item = l.key AND i.fence = l.fence
RETURNING l.tenant, l.kind, l.key

-- name: lease finish again (sqlite)
UPDATE lease_item SET ready = COALESCE(again, ? + period), floating = CASE WHEN again IS NULL THEN 1 ELSE 0 END, again = NULL,
    owner = '', since = NULL, attempts = 0, position = '', progress = '', fault = '', failed = NULL
WHERE owner <> '' AND (period > 0 OR again IS NOT NULL) AND (tenant, kind, item, fence) IN (
    SELECT COALESCE((SELECT t.number FROM tenant t WHERE t.id = value ->> '$.tenant'), 0), value ->> '$.kind', value ->> '$.key', value ->> '$.fence' FROM json_each(?)
)
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), kind, item

-- name: lease finish again (postgres)
UPDATE lease_item i SET ready = COALESCE(again, ? + period), floating = CASE WHEN again IS NULL THEN 1 ELSE 0 END, again = NULL,
    owner = '', since = NULL, attempts = 0, position = '', progress = '', fault = '', failed = NULL
FROM jsonb_to_recordset(CAST(CAST(? AS TEXT) AS JSONB)) AS l (tenant TEXT, kind TEXT, key TEXT, fence BIGINT)
LEFT JOIN tenant t ON t.id = l.tenant
WHERE i.owner <> '' AND (i.period > 0 OR i.again IS NOT NULL)
    AND i.tenant = COALESCE(t.number, 0) AND i.kind = l.kind AND i.item = l.key AND i.fence = l.fence
RETURNING l.tenant, l.kind, l.key

-- name: lease give back (sqlite)
UPDATE lease_item SET ready = ?, floating = 1, owner = '', since = NULL, attempts = attempts - 1
WHERE owner <> '' AND (tenant, kind, item, fence) IN (
    SELECT COALESCE((SELECT t.number FROM tenant t WHERE t.id = value ->> '$.tenant'), 0), value ->> '$.kind', value ->> '$.key', value ->> '$.fence' FROM json_each(?)
)
RETURNING COALESCE((SELECT t.id FROM tenant t WHERE t.number = lease_item.tenant), ''), kind, item

-- name: lease give back (postgres)
UPDATE lease_item i SET ready = ?, floating = 1, owner = '', since = NULL, attempts = attempts - 1
FROM jsonb_to_recordset(CAST(CAST(? AS TEXT) AS JSONB)) AS l (tenant TEXT, kind TEXT, key TEXT, fence BIGINT)
LEFT JOIN tenant t ON t.id = l.tenant
WHERE i.owner <> '' AND i.tenant = COALESCE(t.number, 0) AND i.kind = l.kind AND i.item = l.key AND i.fence = l.fence
RETURNING l.tenant, l.kind, l.key

-- name: lease fail
UPDATE lease_item SET ready = ?, floating = ?, owner = '', since = NULL, fault = ?, failed = ?
WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> ''

-- name: lease fail for good
UPDATE lease_item SET ready = again, floating = 0, again = NULL, owner = '', since = NULL, fault = ?, failed = ?
WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> ''

-- name: lease one done
DELETE FROM lease_item WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> '' AND period = 0 AND again IS NULL

-- name: lease one again
UPDATE lease_item SET ready = COALESCE(again, ? + period), floating = CASE WHEN again IS NULL THEN 1 ELSE 0 END, again = NULL,
    owner = '', since = NULL, attempts = 0, position = '', progress = '', fault = '', failed = NULL
WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> ''

-- name: lease one next
UPDATE lease_item SET ready = CASE WHEN again < ? THEN again ELSE ? END, floating = ?, again = NULL,
    owner = '', since = NULL, attempts = 0, position = '', progress = '', fault = '', failed = NULL
WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> ''

-- name: lease one progress
UPDATE lease_item SET position = ?, progress = ? WHERE tenant = ? AND kind = ? AND item = ? AND fence = ? AND owner <> ''

-- name: lease put
INSERT INTO lease_item (tenant, kind, item, ready, floating, period, again, owner, since, fence, attempts, position, progress, fault, failed)
VALUES (?, ?, ?, ?, ?, ?, NULL, '', NULL, ?, 0, '', '', '', NULL)
ON CONFLICT (tenant, kind, item) DO UPDATE SET
    period = excluded.period,
    ready = CASE WHEN lease_item.owner = '' THEN excluded.ready ELSE lease_item.ready END,
    floating = CASE WHEN lease_item.owner = '' THEN excluded.floating ELSE lease_item.floating END,
    again = CASE WHEN lease_item.owner = '' THEN NULL ELSE excluded.ready END,
    attempts = CASE WHEN lease_item.owner = '' THEN 0 ELSE lease_item.attempts END,
    fault = CASE WHEN lease_item.owner = '' THEN '' ELSE lease_item.fault END,
    failed = CASE WHEN lease_item.owner = '' THEN NULL ELSE lease_item.failed END

-- name: lease ensure
INSERT INTO lease_item (tenant, kind, item, ready, floating, period, again, owner, since, fence, attempts, position, progress, fault, failed)
VALUES (?, ?, ?, ?, ?, ?, NULL, '', NULL, ?, 0, '', '', '', NULL)
ON CONFLICT (tenant, kind, item) DO UPDATE SET period = excluded.period WHERE lease_item.period <> excluded.period

-- name: lease add
INSERT INTO lease_item (tenant, kind, item, ready, floating, period, again, owner, since, fence, attempts, position, progress, fault, failed)
VALUES (?, ?, ?, ?, ?, ?, NULL, '', NULL, ?, 0, '', '', '', NULL)
ON CONFLICT (tenant, kind, item) DO NOTHING

-- name: lease withdraw
DELETE FROM lease_item WHERE tenant = ? AND kind = ? AND item = ?

-- name: lease remove
DELETE FROM lease_item WHERE tenant = ?

-- name: lease list
SELECT tenant_id, kind, item, state, ready, period, owner, since, attempts, position, progress, fault, failed
FROM (
    SELECT COALESCE(t.id, '') AS tenant_id, i.kind, i.item, i.ready, i.period, i.owner, i.since, i.attempts, i.position, i.progress, i.fault, i.failed,
        CASE WHEN i.ready IS NULL THEN 'dead' WHEN i.owner <> '' AND i.ready > ? THEN 'running' WHEN i.failed IS NOT NULL THEN 'failing' ELSE 'waiting' END AS state
    FROM lease_item i LEFT JOIN tenant t ON t.number = i.tenant
) AS works
WHERE (CAST(? AS TEXT) = '' OR state = ?) AND (CAST(? AS TEXT) = '' OR kind = ?) AND (CAST(? AS TEXT) = '' OR tenant_id = ?)
ORDER BY CASE WHEN ready IS NULL THEN 1 ELSE 0 END, ready, kind, tenant_id, item LIMIT ?

-- name: lease dead
SELECT CASE WHEN ready IS NULL THEN 1 ELSE 0 END FROM lease_item WHERE tenant = ? AND kind = ? AND item = ?

-- name: lease cancel
UPDATE lease_item SET ready = NULL, again = NULL, owner = '', since = NULL, fault = ?, failed = ?
WHERE tenant = ? AND kind = ? AND item = ? AND ready IS NOT NULL

-- name: lease restart
UPDATE lease_item SET ready = ?, floating = 1, attempts = 0, fault = '', failed = NULL
WHERE tenant = ? AND kind = ? AND item = ? AND ready IS NULL

-- name: outbox add
INSERT INTO outbox_item (tenant, kind, item, destination, body) VALUES (?, ?, ?, ?, ?)

-- name: outbox read
SELECT destination, body FROM outbox_item WHERE tenant = ? AND kind = ? AND item = ?
