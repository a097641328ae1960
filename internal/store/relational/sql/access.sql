-- name: person one
SELECT id, issuer, subject, name, email, created, seen, claimed, removed FROM access_person WHERE id = ?

-- name: person known
SELECT id, issuer, subject, name, email, created, seen, claimed, removed FROM access_person WHERE issuer = ? AND subject = ?

-- name: person all
SELECT id, issuer, subject, name, email, created, seen, claimed, removed FROM access_person ORDER BY created, id

-- name: person add
INSERT INTO access_person (id, issuer, subject, name, email, created, seen, claimed, removed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: person put
UPDATE access_person SET name = ?, email = ?, seen = ?, claimed = ?, removed = ? WHERE id = ?

-- name: grant open
SELECT g.id, g.person, g.role, COALESCE(t.id, ''), g.given_by, g.given_at, g.reason, g.ended_by, g.ended_at
FROM access_grant g LEFT JOIN tenant t ON t.number = g.tenant
WHERE g.ended_at IS NULL ORDER BY g.id

-- name: grant all
SELECT g.id, g.person, g.role, COALESCE(t.id, ''), g.given_by, g.given_at, g.reason, g.ended_by, g.ended_at
FROM access_grant g LEFT JOIN tenant t ON t.number = g.tenant
ORDER BY g.id

-- name: grant next id
UPDATE access_state SET grants = grants + 1 WHERE id = 1 RETURNING grants

-- name: grant add
INSERT INTO access_grant (id, person, role, tenant, given_by, given_at, reason, ended_by)
VALUES (?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING

-- name: grant ended
SELECT ended_at FROM access_grant WHERE id = ?

-- name: grant end
UPDATE access_grant SET ended_by = ?, ended_at = ? WHERE id = ?

-- name: token all
SELECT k.id, k.name, k.role, t.id, k.scope, k.made_by, k.created, k.expires, k.used, k.ended_by, k.ended_at, k.hash
FROM access_token k JOIN tenant t ON t.number = k.tenant ORDER BY k.created, k.id

-- name: token one
SELECT k.id, k.name, k.role, t.id, k.scope, k.made_by, k.created, k.expires, k.used, k.ended_by, k.ended_at, k.hash
FROM access_token k JOIN tenant t ON t.number = k.tenant WHERE k.id = ?

-- name: token add
INSERT INTO access_token (id, hash, name, role, tenant, scope, made_by, created, expires, used, ended_by, ended_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: token ended
SELECT ended_at FROM access_token WHERE id = ?

-- name: token end
UPDATE access_token SET ended_by = ?, ended_at = ? WHERE id = ?

-- name: token touch
UPDATE access_token SET used = ? WHERE id = ? AND (used IS NULL OR used < ?)

-- name: key proof
SELECT key_proof FROM access_state WHERE id = 1 AND key_proof IS NOT NULL

-- name: key prove
UPDATE access_state SET key_proof = ? WHERE id = 1
