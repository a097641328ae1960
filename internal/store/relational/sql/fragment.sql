-- name: fragment days
SELECT day, body FROM graph_day WHERE tenant = ? AND basis = ? AND day >= ? AND day <= ? ORDER BY day

-- name: fragment put
INSERT INTO graph_day (tenant, day, basis, body) VALUES (?, ?, ?, ?)
ON CONFLICT (tenant, day) DO UPDATE SET basis = excluded.basis, body = excluded.body

-- name: fragment drop others
DELETE FROM graph_day WHERE tenant = ? AND basis <> ?

-- name: fragment drop from
DELETE FROM graph_day WHERE tenant = ? AND day >= ?
