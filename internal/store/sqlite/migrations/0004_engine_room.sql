-- +goose Up

-- How often a tenant was changed stands apart from what describes it: it is
-- written at every commit, and the tenant itself hardly ever.
CREATE TABLE tenant_state (
    tenant  BIGINT NOT NULL PRIMARY KEY REFERENCES tenant (number) ON DELETE CASCADE,
    changes BIGINT NOT NULL -- sequence of its last change
);

INSERT INTO tenant_state (tenant, changes) SELECT number, changes FROM tenant;

ALTER TABLE tenant DROP COLUMN changes;

ALTER TABLE access_state ADD COLUMN removals BIGINT NOT NULL DEFAULT 0; -- of tenants, ever
