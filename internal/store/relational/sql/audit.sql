-- name: audit head
SELECT sequence, hash, at FROM audit_head WHERE log = ?

-- name: audit put head
INSERT INTO audit_head (log, sequence, hash, at) VALUES (?, ?, ?, ?)
ON CONFLICT (log) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, at = excluded.at

-- name: audit append
INSERT INTO audit_entry (log, sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: audit entries
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry WHERE log = ? AND sequence > ? ORDER BY sequence LIMIT ?

-- name: audit first at
-- Times never fall within a log, so that a time is a place in it.
SELECT sequence FROM audit_entry WHERE log = ? AND at >= ? ORDER BY at, sequence LIMIT 1

-- name: audit find
-- The four searches take the same values and differ in the index that they use.
-- The condition of a filter goes in before the order.
-- It is named because nothing counts rows here, and without counts the database
-- takes the order for more than it is worth and reads the whole log.
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND (? = '' OR actor = ?) AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit find by (sqlite)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry INDEXED BY audit_entry_by
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND ? <> '' AND actor = ? AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit find by (postgres)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND ? <> '' AND actor = ? AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit find of (sqlite)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry INDEXED BY audit_entry_of
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND (? = '' OR actor = ?) AND ? <> '' AND event = ?
ORDER BY sequence DESC LIMIT ?

-- name: audit find of (postgres)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry
WHERE log = ? AND sequence >= ? AND sequence < ? AND (? = 0 OR tenant = ?) AND (? = '' OR actor = ?) AND ? <> '' AND event = ?
ORDER BY sequence DESC LIMIT ?

-- name: audit find about (sqlite)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry INDEXED BY audit_entry_about
WHERE log = ? AND log = 0 AND sequence >= ? AND sequence < ? AND ? = 1 AND tenant = ? AND (? = '' OR actor = ?) AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit find about (postgres)
SELECT sequence, at, tenant, actor, via, event, outcome, target, request, name, origin, reason, earlier, later, salt, sealed, prev, hash
FROM audit_entry
WHERE log = ? AND log = 0 AND sequence >= ? AND sequence < ? AND ? = 1 AND tenant = ? AND (? = '' OR actor = ?) AND (? = '' OR event = ?)
ORDER BY sequence DESC LIMIT ?

-- name: audit erase
UPDATE audit_entry SET name = NULL, origin = NULL, reason = NULL, earlier = NULL, later = NULL, salt = NULL
WHERE log = ? AND actor = ? AND name IS NOT NULL

-- name: audit remove entries
DELETE FROM audit_entry WHERE log = ?

-- name: audit remove head
DELETE FROM audit_head WHERE log = ?
