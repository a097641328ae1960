-- name: evidence sets
SELECT name, source, fetched, hash, objects, missing_code, missing_detail, failed_code, failed_detail, failed_at
FROM evidence_set WHERE tenant = ? ORDER BY name

-- name: evidence set
SELECT name, source, fetched, hash, objects, missing_code, missing_detail, failed_code, failed_detail, failed_at
FROM evidence_set WHERE tenant = ? AND name = ?

-- name: evidence put
INSERT INTO evidence_set (tenant, name, source, fetched, hash, objects, bits, missing_code, missing_detail,
    failed_code, failed_detail, failed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0)
ON CONFLICT (tenant, name) DO UPDATE SET source = excluded.source, fetched = excluded.fetched, hash = excluded.hash,
    objects = excluded.objects, bits = excluded.bits, missing_code = excluded.missing_code,
    missing_detail = excluded.missing_detail, failed_code = '', failed_detail = '', failed_at = 0

-- name: evidence fail
UPDATE evidence_set SET failed_code = ?, failed_detail = ?, failed_at = ? WHERE tenant = ? AND name = ?

-- name: evidence block hashes
SELECT block, hash FROM evidence_block WHERE tenant = ? AND name = ?

-- name: evidence all bits
SELECT name, bits FROM evidence_set WHERE tenant = ?

-- name: evidence all blocks
SELECT name, data FROM evidence_block WHERE tenant = ? ORDER BY name, block

-- name: evidence blocks
SELECT data FROM evidence_block WHERE tenant = ? AND name = ? ORDER BY block

-- name: evidence put block
INSERT INTO evidence_block (tenant, name, block, hash, data) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (tenant, name, block) DO UPDATE SET hash = excluded.hash, data = excluded.data

-- name: evidence drop block
DELETE FROM evidence_block WHERE tenant = ? AND name = ? AND block = ?
