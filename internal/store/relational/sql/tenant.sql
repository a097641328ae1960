-- name: tenant number
SELECT number FROM tenant WHERE id = ?

-- name: tenant create
INSERT INTO tenant (number, id, name, entra, domain, sample, created, decision_days)
SELECT COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM tenant

-- name: tenant create state
INSERT INTO tenant_state (tenant, changes) SELECT number, 0 FROM tenant WHERE id = ?

-- name: registry lock (sqlite)
SELECT 1

-- name: registry lock (postgres)
-- Whoever changes what belongs to the installation waits here for its turn.
SELECT id FROM access_state WHERE id = 1 FOR UPDATE

-- name: tenant list
SELECT id, name, COALESCE(entra, ''), domain, sample, COALESCE(chosen, 0), created, decision_days FROM tenant ORDER BY name, id

-- name: tenant find
SELECT id, name, COALESCE(entra, ''), domain, sample, COALESCE(chosen, 0), created, decision_days FROM tenant
WHERE id = ? OR entra = ? OR name = ?

-- name: tenant read
SELECT id, name, COALESCE(entra, ''), domain, sample, COALESCE(chosen, 0), created, decision_days FROM tenant WHERE number = ?

-- name: tenant choose none
UPDATE tenant SET chosen = NULL WHERE chosen = 1

-- name: tenant choose
UPDATE tenant SET chosen = 1 WHERE id = ?

-- name: tenant remove
DELETE FROM tenant WHERE number = ?

-- name: tenant remove catalogues
DELETE FROM catalogue_content WHERE version NOT IN (SELECT version FROM catalogue_adoption)

-- name: tenant count removal
UPDATE access_state SET removals = removals + 1 WHERE id = 1

-- name: tenant removals
SELECT removals FROM access_state WHERE id = 1

-- name: tenant bind
UPDATE tenant SET entra = ? WHERE number = ?

-- name: tenant describe
UPDATE tenant SET name = ?, domain = ? WHERE number = ?

-- name: tenant decision days
UPDATE tenant SET decision_days = ? WHERE number = ?
