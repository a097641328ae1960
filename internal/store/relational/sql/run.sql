-- name: catalogue adopted
SELECT version, adopted FROM catalogue_adoption WHERE tenant = ? ORDER BY id DESC

-- name: catalogue content
SELECT c.content FROM catalogue_content c JOIN catalogue_adoption a ON a.version = c.version
WHERE a.tenant = ? AND a.version = ? LIMIT 1

-- name: catalogue keep
INSERT INTO catalogue_content (version, content) VALUES (?, ?) ON CONFLICT (version) DO NOTHING

-- name: catalogue adopt
INSERT INTO catalogue_adoption (tenant, id, version, adopted)
SELECT ?, COALESCE(MAX(id), 0) + 1, ?, ? FROM catalogue_adoption WHERE tenant = ?

-- name: run list
SELECT r.id, r.source, a.version, r.started, r.finished, r.evaluated, r.entries, r.fault
FROM run_item r JOIN catalogue_adoption a ON a.tenant = r.tenant AND a.id = r.adoption
WHERE r.tenant = ? AND r.id < ? ORDER BY r.id DESC LIMIT ?

-- name: run one
SELECT r.id, r.source, a.version, r.started, r.finished, r.evaluated, r.entries, r.fault
FROM run_item r JOIN catalogue_adoption a ON a.tenant = r.tenant AND a.id = r.adoption
WHERE r.tenant = ? AND r.id = ?

-- name: run adoption
SELECT id FROM catalogue_adoption WHERE tenant = ? AND version = ? ORDER BY id DESC LIMIT 1

-- name: run begin
INSERT INTO run_item (tenant, id, source, adoption, started, evaluated, entries, fault)
SELECT ?, COALESCE(MAX(id), 0) + 1, ?, ?, ?, ?, 0, '' FROM run_item WHERE tenant = ?
RETURNING id

-- name: run finish
UPDATE run_item SET finished = ?, entries = ?, fault = ? WHERE tenant = ? AND id = ? AND finished IS NULL
