-- name: entity kind
SELECT next, observed FROM entity_kind WHERE tenant = ? AND kind = ?

-- name: entity put kind
INSERT INTO entity_kind (tenant, kind, next, observed) VALUES (?, ?, ?, ?)
ON CONFLICT (tenant, kind) DO UPDATE SET next = excluded.next, observed = excluded.observed

-- name: entity all
SELECT i.ordinal, COALESCE(i.source_key, ''), i.name, i.first_seen, COALESCE(i.last_seen, k.observed), CAST(CASE WHEN i.last_seen IS NULL THEN 0 ELSE 1 END AS BIGINT)
FROM entity_item i JOIN entity_kind k ON k.tenant = i.tenant AND k.kind = i.kind
WHERE i.tenant = ? AND i.kind = ? ORDER BY i.ordinal

-- name: entity some (sqlite)
SELECT i.ordinal, COALESCE(i.source_key, ''), i.name, i.first_seen, COALESCE(i.last_seen, k.observed), CAST(CASE WHEN i.last_seen IS NULL THEN 0 ELSE 1 END AS BIGINT)
FROM entity_item i JOIN entity_kind k ON k.tenant = i.tenant AND k.kind = i.kind
WHERE i.tenant = ? AND i.kind = ? AND i.ordinal IN (SELECT value FROM json_each(?)) ORDER BY i.ordinal

-- name: entity some (postgres)
SELECT i.ordinal, COALESCE(i.source_key, ''), i.name, i.first_seen, COALESCE(i.last_seen, k.observed), CAST(CASE WHEN i.last_seen IS NULL THEN 0 ELSE 1 END AS BIGINT)
FROM entity_item i JOIN entity_kind k ON k.tenant = i.tenant AND k.kind = i.kind
WHERE i.tenant = ? AND i.kind = ? AND i.ordinal = ANY (ARRAY(SELECT CAST(jsonb_array_elements_text(CAST(CAST(? AS TEXT) AS JSONB)) AS BIGINT))) ORDER BY i.ordinal

-- name: entity aliases
SELECT alias, ordinal FROM entity_alias WHERE tenant = ? AND kind = ? ORDER BY ordinal, alias

-- name: entity aliases of (sqlite)
SELECT alias, ordinal FROM entity_alias WHERE tenant = ? AND kind = ? AND ordinal IN (SELECT value FROM json_each(?)) ORDER BY ordinal, alias

-- name: entity aliases of (postgres)
SELECT alias, ordinal FROM entity_alias WHERE tenant = ? AND kind = ? AND ordinal = ANY (ARRAY(SELECT CAST(jsonb_array_elements_text(CAST(CAST(? AS TEXT) AS JSONB)) AS BIGINT))) ORDER BY ordinal, alias

-- name: entity add
INSERT INTO entity_item (tenant, kind, ordinal, source_key, name, first_seen) VALUES (?, ?, ?, ?, ?, ?)

-- name: entity seen
UPDATE entity_item SET source_key = ?, name = ?, last_seen = NULL WHERE tenant = ? AND kind = ? AND ordinal = ?

-- name: entity gone
UPDATE entity_item SET last_seen = ? WHERE tenant = ? AND kind = ? AND ordinal = ?

-- name: entity add alias
INSERT INTO entity_alias (tenant, kind, alias, ordinal) VALUES (?, ?, ?, ?)
ON CONFLICT (tenant, kind, alias) DO NOTHING

-- name: entity erase
UPDATE entity_item SET source_key = NULL, name = '', last_seen = COALESCE(last_seen,
    (SELECT k.observed FROM entity_kind k WHERE k.tenant = entity_item.tenant AND k.kind = entity_item.kind))
WHERE tenant = ? AND kind = ? AND ordinal = ?

-- name: entity erase aliases
DELETE FROM entity_alias WHERE tenant = ? AND kind = ? AND ordinal = ?
