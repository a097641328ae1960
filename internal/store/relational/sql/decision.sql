-- name: decision open
SELECT id, control, kind, entity, status, reason, evidence, decided_by, decided_at, expires, pending, approver, approved_at,
    ended_by, ended_at, owner, actor
FROM decision_item WHERE tenant = ? AND ended_at IS NULL ORDER BY control, kind, entity, id

-- name: decision history
SELECT id, control, kind, entity, status, reason, evidence, decided_by, decided_at, expires, pending, approver, approved_at,
    ended_by, ended_at, owner, actor
FROM decision_item WHERE tenant = ? AND control = ? ORDER BY id DESC

-- name: decision one
SELECT id, control, kind, entity, status, reason, evidence, decided_by, decided_at, expires, pending, approver, approved_at,
    ended_by, ended_at, owner, actor
FROM decision_item WHERE tenant = ? AND id = ?

-- name: decision add
INSERT INTO decision_item (tenant, id, control, kind, entity, status, reason, evidence, decided_by, decided_at, expires, pending,
    owner, actor, approver, ended_by)
SELECT ?, COALESCE(MAX(id), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '' FROM decision_item WHERE tenant = ?
RETURNING id

-- name: decision replace
UPDATE decision_item SET ended_by = ?, ended_at = ?
WHERE tenant = ? AND control = ? AND kind = ? AND entity = ? AND ended_at IS NULL AND (pending = 1 OR pending = ?) AND id <> ?

-- name: decision approve
UPDATE decision_item SET pending = 0, approver = ?, approved_at = ? WHERE tenant = ? AND id = ?

-- name: decision end
UPDATE decision_item SET ended_by = ?, ended_at = ? WHERE tenant = ? AND id = ?
