-- name: audit head
SELECT sequence, hash, at FROM audit_head WHERE log = ?

-- name: audit put head
INSERT INTO audit_head (log, sequence, hash, at) VALUES (?, ?, ?, ?)
ON CONFLICT (log) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, at = excluded.at

-- name: audit append
INSERT INTO audit_entry (log, sequence, at, tenant, actor, via, event, outcome, target, request, details, salt, sealed, prev, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: audit entries
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, details, salt, sealed, prev, hash
FROM audit_entry WHERE log = ? AND sequence > ? ORDER BY sequence LIMIT ?

-- name: audit first at
-- Times never fall within a log, so that a time is a place in it.
SELECT sequence FROM audit_entry WHERE log = ? AND at >= ? ORDER BY at, sequence LIMIT 1

-- name: audit find
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, details, salt, sealed, prev, hash
FROM audit_entry
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND (? = '' OR actor = ?) AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit erase
UPDATE audit_entry SET details = NULL, salt = NULL WHERE log = ? AND actor = ? AND details IS NOT NULL

-- name: audit remove entries
DELETE FROM audit_entry WHERE log = ?

-- name: audit remove head
DELETE FROM audit_head WHERE log = ?
