-- name: ledger head
SELECT sequence, hash, facts, facts_at FROM ledger_head WHERE tenant = ? AND series = ?

-- name: ledger put head
INSERT INTO ledger_head (tenant, series, sequence, hash, facts, facts_at) VALUES (?, ?, ?, ?, 0, 0)
ON CONFLICT (tenant, series) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash

-- name: ledger put facts
UPDATE ledger_head SET facts = ?, facts_at = ? WHERE tenant = ? AND series = ?

-- name: ledger append
INSERT INTO ledger_block (tenant, series, first, entries, effective, span, body) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: ledger from
-- The block that holds the entry itself comes first: it has the hash before.
SELECT first, entries, body FROM ledger_block
WHERE tenant = ? AND series = ? AND first + entries > ? ORDER BY first

-- name: ledger between
SELECT first, entries, body FROM ledger_block
WHERE tenant = ? AND series = ? AND effective + span >= ? AND effective < ? ORDER BY first

-- name: ledger put beside
INSERT INTO ledger_beside (tenant, series, sequence, actor_name, note, kind, flipped) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: ledger beside (sqlite)
SELECT sequence, actor_name, note, kind, flipped FROM ledger_beside WHERE tenant = ? AND series = ? AND sequence IN (SELECT value FROM json_each(?)) ORDER BY sequence

-- name: ledger beside (postgres)
SELECT sequence, actor_name, note, kind, flipped FROM ledger_beside WHERE tenant = ? AND series = ? AND sequence = ANY (ARRAY(SELECT CAST(jsonb_array_elements_text(CAST(CAST(? AS TEXT) AS JSONB)) AS BIGINT))) ORDER BY sequence

-- name: ledger erase
DELETE FROM ledger_beside WHERE tenant = ? AND series = ? AND sequence = ?

-- name: ledger drop months
DELETE FROM ledger_month WHERE tenant = ? AND series = ? AND month >= ?

-- name: ledger months
SELECT month, body FROM ledger_month
WHERE tenant = ? AND series = ? AND catalogue = ? AND month >= ? AND month <= ? ORDER BY month

-- name: ledger last month
SELECT month, body FROM ledger_month
WHERE tenant = ? AND series = ? AND catalogue = ? AND month <= ? ORDER BY month DESC LIMIT 1

-- name: ledger put month
INSERT INTO ledger_month (tenant, series, catalogue, month, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (tenant, series, catalogue, month) DO UPDATE SET body = excluded.body

-- name: ledger drop other months
DELETE FROM ledger_month WHERE tenant = ? AND series = ? AND catalogue <> ?
