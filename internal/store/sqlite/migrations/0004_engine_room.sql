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

-- Work to be done, and who does it. No foreign key leads to the tenant, since 0
-- stands for the installation.
CREATE TABLE lease_item (
    tenant   BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    item     TEXT   NOT NULL, -- tells works of one kind and tenant apart
    ready    BIGINT, -- when it can be taken next: its due time, or the end of its lease; null when it is dead
    floating BIGINT NOT NULL, -- 1 when ready counts from the clock and goes back with it
    period   BIGINT NOT NULL, -- microseconds; 0 for work that is done once
    again    BIGINT, -- when it is due after the lease that it was put in; else null
    owner    TEXT   NOT NULL, -- empty while nobody holds it
    since    BIGINT, -- when it was taken; null likewise
    due      BIGINT, -- what ready was then; null before the first time
    fence    BIGINT NOT NULL, -- from the microsecond in which it was put, so that no two lives share one
    attempts BIGINT NOT NULL,
    position TEXT   NOT NULL,
    progress TEXT   NOT NULL,
    fault    TEXT   NOT NULL, -- of the last attempt; empty when it had none
    failed   BIGINT, -- when; null likewise
    PRIMARY KEY (tenant, kind, item)
);

CREATE INDEX lease_item_ready ON lease_item (ready, tenant, kind, item);

CREATE INDEX lease_item_held ON lease_item (tenant, kind, ready) WHERE owner <> '';

-- What the clock showed of late, so that a step back is noticed.
CREATE TABLE lease_clock (
    id   BIGINT NOT NULL PRIMARY KEY,
    seen BIGINT NOT NULL
);

INSERT INTO lease_clock (id, seen) VALUES (1, 0);

CREATE TABLE outbox_item (
    tenant      BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    item        TEXT   NOT NULL,
    destination TEXT   NOT NULL,
    body        BLOB   NOT NULL,
    PRIMARY KEY (tenant, kind, item),
    FOREIGN KEY (tenant, kind, item) REFERENCES lease_item (tenant, kind, item) ON DELETE CASCADE
);

-- Keys live outside the data and its backups from now on. What stays is a proof
-- that only they can read, so that others are noticed.
ALTER TABLE access_state ADD COLUMN key_proof BLOB;

UPDATE access_secret SET secret = zeroblob(length(secret));

DROP TABLE access_secret;
