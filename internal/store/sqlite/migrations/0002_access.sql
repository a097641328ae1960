-- +goose Up

-- Who may do what, the log of what they did, and days of the Graph API ready to
-- be sent. The types and the promise of 0001 hold here too.

ALTER TABLE tenant ADD COLUMN decision_days BIGINT NOT NULL DEFAULT 0; -- 0 for the default

-- Old decisions name who made them only as they were shown.
ALTER TABLE decision_item ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE decision_item ADD COLUMN actor TEXT NOT NULL DEFAULT '';

CREATE TABLE access_person (
    id      TEXT   NOT NULL PRIMARY KEY,
    issuer  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    email   TEXT   NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT, -- null when never
    claimed TEXT   NOT NULL, -- a JSON list; empty when nothing was
    removed BIGINT, -- null while the person has access
    UNIQUE (issuer, subject)
);

-- The last id is kept apart, so that the id of a grant that went with its
-- tenant is never given to another one.
CREATE TABLE access_state (
    id     BIGINT NOT NULL PRIMARY KEY,
    grants BIGINT NOT NULL
);

INSERT INTO access_state (id, grants) VALUES (1, 0);

CREATE TABLE access_grant (
    id       BIGINT NOT NULL PRIMARY KEY,
    person   TEXT   NOT NULL REFERENCES access_person (id),
    role     TEXT   NOT NULL,
    tenant   BIGINT REFERENCES tenant (number) ON DELETE CASCADE, -- null for all
    given_by TEXT   NOT NULL,
    given_at BIGINT NOT NULL,
    reason   TEXT   NOT NULL,
    ended_by TEXT   NOT NULL,
    ended_at BIGINT -- null while it holds
);

CREATE UNIQUE INDEX access_grant_open ON access_grant (person, role, (COALESCE(tenant, 0))) WHERE ended_at IS NULL;
CREATE INDEX access_grant_in ON access_grant (tenant);

CREATE TABLE access_token (
    id       TEXT   NOT NULL PRIMARY KEY,
    hash     TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    role     TEXT   NOT NULL,
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    scope    TEXT   NOT NULL,
    made_by  TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    used     BIGINT, -- null when never
    ended_by TEXT   NOT NULL,
    ended_at BIGINT -- null while it holds
);

CREATE INDEX access_token_in ON access_token (tenant);

-- Keys that all processes share, such as the one that seals page tokens.
CREATE TABLE access_secret (
    name   TEXT NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL
);

-- The number of a log is that of its tenant, and 0 for the installation's,
-- which is why no foreign key can point to the tenant here: removing a tenant
-- deletes its log by a query of its own.
CREATE TABLE audit_head (
    log      BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash     BLOB   NOT NULL,
    at       BIGINT NOT NULL -- of the last entry
);

-- What an entry is about is the UUID of the tenant, which outlives the tenant.
CREATE TABLE audit_entry (
    log      BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    tenant   TEXT   NOT NULL, -- empty when it is about none
    actor    TEXT   NOT NULL,
    via      TEXT   NOT NULL,
    event    TEXT   NOT NULL,
    outcome  TEXT   NOT NULL,
    target   TEXT   NOT NULL,
    request  TEXT   NOT NULL,
    name     TEXT, -- from here to the salt all is null when erased
    origin   TEXT,
    reason   TEXT,
    earlier  TEXT,
    later    TEXT,
    salt     BLOB,
    sealed   BLOB   NOT NULL,
    prev     BLOB   NOT NULL,
    hash     BLOB   NOT NULL,
    PRIMARY KEY (log, sequence)
);

-- What one tenant's administrators may see of the installation's log is a small
-- part of it; a tenant's own log is about that tenant throughout.
CREATE INDEX audit_entry_at ON audit_entry (log, at, sequence);
CREATE INDEX audit_entry_by ON audit_entry (log, actor, sequence);
CREATE INDEX audit_entry_of ON audit_entry (log, event, sequence);
CREATE INDEX audit_entry_about ON audit_entry (tenant, sequence) WHERE log = 0;

CREATE TABLE graph_day (
    tenant BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    day    BIGINT NOT NULL, -- counted from 1970
    basis  TEXT   NOT NULL, -- what its text depends on besides the ledger
    body   BLOB   NOT NULL,
    PRIMARY KEY (tenant, day)
);
