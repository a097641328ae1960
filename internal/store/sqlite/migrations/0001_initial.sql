-- +goose Up

-- Types are BIGINT, TEXT and BLOB throughout, so that the same text creates the
-- schema in PostgreSQL, where BLOB is a domain over BYTEA. Times are
-- microseconds since 1970 in UTC. Every key begins with the number of the
-- tenant, which stands for its UUID and keeps rows and indexes small.

CREATE TABLE tenant (
    number  BIGINT NOT NULL PRIMARY KEY,
    id      TEXT   NOT NULL UNIQUE,
    name    TEXT   NOT NULL UNIQUE,
    entra   TEXT   UNIQUE,
    domain  TEXT   NOT NULL,
    sample  BIGINT NOT NULL,
    chosen  BIGINT UNIQUE, -- 1 for the default tenant, else null
    created BIGINT NOT NULL,
    changes BIGINT NOT NULL -- sequence of its last change
);

CREATE TABLE evidence_set (
    tenant         BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    name           TEXT   NOT NULL,
    source         TEXT   NOT NULL,
    fetched        BIGINT NOT NULL,
    hash           TEXT   NOT NULL,
    objects        BIGINT NOT NULL,
    bits           BIGINT NOT NULL, -- objects are spread over 2^bits blocks
    missing_code   TEXT   NOT NULL,
    missing_detail TEXT   NOT NULL,
    failed_code    TEXT   NOT NULL,
    failed_detail  TEXT   NOT NULL,
    failed_at      BIGINT NOT NULL, -- 0 when the last attempt succeeded
    PRIMARY KEY (tenant, name)
);

CREATE TABLE evidence_block (
    tenant BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    block  BIGINT NOT NULL,
    hash   BLOB   NOT NULL, -- of the objects before compression
    data   BLOB   NOT NULL,
    PRIMARY KEY (tenant, name, block),
    FOREIGN KEY (tenant, name) REFERENCES evidence_set (tenant, name) ON DELETE CASCADE
);

CREATE TABLE entity_kind (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    kind     TEXT   NOT NULL,
    next     BIGINT NOT NULL, -- the next ordinal; only ever rises
    observed BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind)
);

CREATE TABLE entity_item (
    tenant     BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    ordinal    BIGINT NOT NULL,
    source_key TEXT, -- null when erased
    name       TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT, -- null while it is there: then it is when the kind was observed
    PRIMARY KEY (tenant, kind, ordinal),
    UNIQUE (tenant, kind, source_key),
    FOREIGN KEY (tenant, kind) REFERENCES entity_kind (tenant, kind) ON DELETE CASCADE
);

CREATE TABLE entity_alias (
    tenant  BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    alias   TEXT   NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, alias),
    FOREIGN KEY (tenant, kind, ordinal) REFERENCES entity_item (tenant, kind, ordinal) ON DELETE CASCADE
);

CREATE INDEX entity_alias_of ON entity_alias (tenant, kind, ordinal);

CREATE TABLE assessment_current (
    tenant         BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    control        TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    reason_code    TEXT   NOT NULL,
    reason_detail  TEXT   NOT NULL,
    pass           BIGINT NOT NULL,
    fail           BIGINT NOT NULL,
    unknown        BIGINT NOT NULL,
    exempt_pass    BIGINT NOT NULL,
    exempt_fail    BIGINT NOT NULL,
    exempt_unknown BIGINT NOT NULL,
    held           BIGINT NOT NULL,
    held_credited  BIGINT NOT NULL,
    strict         TEXT   NOT NULL,
    measured       BIGINT NOT NULL,
    credited       BIGINT NOT NULL,
    maximum        BIGINT NOT NULL,
    status         TEXT   NOT NULL,
    shown_pass     BIGINT NOT NULL,
    shown_fail     BIGINT NOT NULL,
    shown_unknown  BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    frame          TEXT   NOT NULL, -- in the words of package assess
    passing        BLOB   NOT NULL, -- ordinals as roaring bitmaps, as the three below
    failing        BLOB   NOT NULL,
    undecided      BLOB   NOT NULL,
    exempted       BLOB   NOT NULL,
    PRIMARY KEY (tenant, control)
);

CREATE TABLE decision_item (
    tenant      BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id          BIGINT NOT NULL,
    control     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    entity      TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    evidence    TEXT   NOT NULL,
    decided_by  TEXT   NOT NULL,
    decided_at  BIGINT NOT NULL,
    expires     BIGINT, -- null when it does not expire
    pending     BIGINT NOT NULL,
    approver    TEXT   NOT NULL,
    approved_at BIGINT,
    ended_by    TEXT   NOT NULL,
    ended_at    BIGINT, -- null while it is open
    PRIMARY KEY (tenant, id)
);

CREATE INDEX decision_item_of ON decision_item (tenant, control, kind, entity);

CREATE TABLE ledger_head (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series   BIGINT NOT NULL, -- 0 own, 1 microsoft
    sequence BIGINT NOT NULL,
    hash     BLOB   NOT NULL,
    facts    BIGINT NOT NULL, -- sequence of the facts in force; 0 when there are none
    facts_at BIGINT NOT NULL, -- when those took effect
    PRIMARY KEY (tenant, series)
);

-- A row holds the entries of one commit, or 256 of a large one: what is spent
-- on a row and its index is then shared by entries that are read together.
CREATE TABLE ledger_block (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series    BIGINT NOT NULL,
    first     BIGINT NOT NULL, -- sequence of its first entry
    entries   BIGINT NOT NULL,
    effective BIGINT NOT NULL, -- earliest of its entries
    span      BIGINT NOT NULL, -- from the earliest to the latest
    body      BLOB   NOT NULL,
    PRIMARY KEY (tenant, series, first)
);

CREATE TABLE ledger_beside (
    tenant     BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series     BIGINT NOT NULL,
    sequence   BIGINT NOT NULL,
    actor_name TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    flipped    BLOB, -- ordinals as a roaring bitmap; null when none
    PRIMARY KEY (tenant, series, sequence)
);

CREATE TABLE ledger_month (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series    BIGINT NOT NULL,
    catalogue TEXT   NOT NULL,
    month     BIGINT NOT NULL, -- its first day, counted from 1970
    body      BLOB   NOT NULL,
    PRIMARY KEY (tenant, series, catalogue, month)
);

-- The content of a catalogue is the same for all who adopted it; only an
-- adoption leads to it.
CREATE TABLE catalogue_content (
    version TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);

CREATE TABLE catalogue_adoption (
    tenant  BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id      BIGINT NOT NULL,
    version TEXT   NOT NULL REFERENCES catalogue_content (version),
    adopted BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE run_item (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id        BIGINT NOT NULL,
    source    TEXT   NOT NULL,
    adoption  BIGINT NOT NULL, -- of the catalogue
    started   BIGINT NOT NULL,
    finished  BIGINT, -- null while it is under way
    evaluated BIGINT NOT NULL,
    entries   BIGINT NOT NULL,
    fault     TEXT   NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE feed_state (
    id     BIGINT NOT NULL PRIMARY KEY,
    cursor BIGINT NOT NULL
);

INSERT INTO feed_state (id, cursor) VALUES (1, 0);

CREATE TABLE feed_change (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    cursor   BIGINT NOT NULL UNIQUE,
    at       BIGINT NOT NULL,
    keys     TEXT   NOT NULL,
    PRIMARY KEY (tenant, sequence)
);

CREATE TABLE session_signin (
    hash    TEXT   NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE TABLE session_item (
    hash    TEXT   NOT NULL PRIMARY KEY,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);
