-- +goose Up

-- The whole schema as of version 4, the first one that PostgreSQL has. What the
-- tables and columns mean is the same as in SQLite. Times are microseconds since
-- 1970 in UTC. Text compares byte by byte whatever the database's locale is,
-- which is also how SQLite compares it. Every key of tenant data begins with the
-- number of the tenant, so that the tables can be distributed by it; what may
-- reference what keeps to what distributed tables can enforce. Who may read and
-- write each table is not said here but in fence.go, which runs after this.

CREATE TABLE tenant (
    number  BIGINT NOT NULL PRIMARY KEY,
    id      TEXT COLLATE "C" NOT NULL UNIQUE,
    name    TEXT COLLATE "C" NOT NULL UNIQUE,
    entra   TEXT COLLATE "C" UNIQUE,
    domain  TEXT COLLATE "C" NOT NULL,
    sample  BIGINT NOT NULL,
    chosen  BIGINT UNIQUE, -- 1 for the default tenant, else null
    created BIGINT NOT NULL,
    decision_days BIGINT NOT NULL DEFAULT 0 -- 0 for the default
);

CREATE TABLE evidence_set (
    tenant         BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    name           TEXT COLLATE "C" NOT NULL,
    source         TEXT COLLATE "C" NOT NULL,
    fetched        BIGINT NOT NULL,
    hash           TEXT COLLATE "C" NOT NULL,
    objects        BIGINT NOT NULL,
    bits           BIGINT NOT NULL, -- objects are spread over 2^bits blocks
    missing_code   TEXT COLLATE "C" NOT NULL,
    missing_detail TEXT COLLATE "C" NOT NULL,
    failed_code    TEXT COLLATE "C" NOT NULL,
    failed_detail  TEXT COLLATE "C" NOT NULL,
    failed_at      BIGINT NOT NULL, -- 0 when the last attempt succeeded
    PRIMARY KEY (tenant, name)
);

CREATE TABLE evidence_block (
    tenant BIGINT NOT NULL,
    name   TEXT COLLATE "C" NOT NULL,
    block  BIGINT NOT NULL,
    hash   BYTEA  NOT NULL, -- of the objects before compression
    data   BYTEA  NOT NULL,
    PRIMARY KEY (tenant, name, block),
    FOREIGN KEY (tenant, name) REFERENCES evidence_set (tenant, name) ON DELETE CASCADE
);

CREATE TABLE entity_kind (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    kind     TEXT COLLATE "C" NOT NULL,
    next     BIGINT NOT NULL, -- the next ordinal; only ever rises
    observed BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind)
);

CREATE TABLE entity_item (
    tenant     BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    ordinal    BIGINT NOT NULL,
    source_key TEXT COLLATE "C", -- null when erased
    name       TEXT COLLATE "C" NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT, -- null while it is there: then it is when the kind was observed
    PRIMARY KEY (tenant, kind, ordinal),
    UNIQUE (tenant, kind, source_key),
    FOREIGN KEY (tenant, kind) REFERENCES entity_kind (tenant, kind) ON DELETE CASCADE
);

CREATE TABLE entity_alias (
    tenant  BIGINT NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    alias   TEXT COLLATE "C" NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, alias),
    FOREIGN KEY (tenant, kind, ordinal) REFERENCES entity_item (tenant, kind, ordinal) ON DELETE CASCADE
);

CREATE INDEX entity_alias_of ON entity_alias (tenant, kind, ordinal);

CREATE TABLE assessment_current (
    tenant         BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    control        TEXT COLLATE "C" NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,
    reason_code    TEXT COLLATE "C" NOT NULL,
    reason_detail  TEXT COLLATE "C" NOT NULL,
    pass           BIGINT NOT NULL,
    fail           BIGINT NOT NULL,
    unknown        BIGINT NOT NULL,
    exempt_pass    BIGINT NOT NULL,
    exempt_fail    BIGINT NOT NULL,
    exempt_unknown BIGINT NOT NULL,
    held           BIGINT NOT NULL,
    held_credited  BIGINT NOT NULL,
    strict         TEXT COLLATE "C" NOT NULL,
    measured       BIGINT NOT NULL,
    credited       BIGINT NOT NULL,
    maximum        BIGINT NOT NULL,
    status         TEXT COLLATE "C" NOT NULL,
    shown_pass     BIGINT NOT NULL,
    shown_fail     BIGINT NOT NULL,
    shown_unknown  BIGINT NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    frame          TEXT COLLATE "C" NOT NULL, -- in the words of package assess
    passing        BYTEA  NOT NULL, -- ordinals as roaring bitmaps, as the three below
    failing        BYTEA  NOT NULL,
    undecided      BYTEA  NOT NULL,
    exempted       BYTEA  NOT NULL,
    PRIMARY KEY (tenant, control)
);

CREATE TABLE decision_item (
    tenant      BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id          BIGINT NOT NULL,
    control     TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    entity      TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    evidence    TEXT COLLATE "C" NOT NULL,
    decided_by  TEXT COLLATE "C" NOT NULL,
    decided_at  BIGINT NOT NULL,
    expires     BIGINT, -- null when it does not expire
    pending     BIGINT NOT NULL,
    approver    TEXT COLLATE "C" NOT NULL,
    approved_at BIGINT,
    ended_by    TEXT COLLATE "C" NOT NULL,
    ended_at    BIGINT, -- null while it is open
    owner       TEXT COLLATE "C" NOT NULL DEFAULT '',
    actor       TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, id)
);

CREATE INDEX decision_item_of ON decision_item (tenant, control, kind, entity);

CREATE TABLE ledger_head (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series   BIGINT NOT NULL, -- 0 own, 1 microsoft
    sequence BIGINT NOT NULL,
    hash     BYTEA  NOT NULL,
    facts    BIGINT NOT NULL, -- sequence of the facts in force; 0 when there are none
    facts_at BIGINT NOT NULL, -- when those took effect
    PRIMARY KEY (tenant, series)
) WITH (fillfactor = 50);

-- A row holds the entries of one commit, or 256 of a large one: what is spent
-- on a row and its index is then shared by entries that are read together.
CREATE TABLE ledger_block (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series    BIGINT NOT NULL,
    first     BIGINT NOT NULL, -- sequence of its first entry
    entries   BIGINT NOT NULL,
    effective BIGINT NOT NULL, -- earliest of its entries
    span      BIGINT NOT NULL, -- from the earliest to the latest
    body      BYTEA  NOT NULL,
    PRIMARY KEY (tenant, series, first)
);

CREATE TABLE ledger_beside (
    tenant     BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series     BIGINT NOT NULL,
    sequence   BIGINT NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    note       TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    flipped    BYTEA, -- ordinals as a roaring bitmap; null when none
    PRIMARY KEY (tenant, series, sequence)
);

CREATE TABLE ledger_month (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    series    BIGINT NOT NULL,
    catalogue TEXT COLLATE "C" NOT NULL,
    month     BIGINT NOT NULL, -- its first day, counted from 1970
    body      BYTEA  NOT NULL,
    PRIMARY KEY (tenant, series, catalogue, month)
);

-- The content of a catalogue is the same for all who adopted it; only an
-- adoption leads to it.
CREATE TABLE catalogue_content (
    version TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL
);

CREATE TABLE catalogue_adoption (
    tenant  BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id      BIGINT NOT NULL,
    version TEXT COLLATE "C" NOT NULL REFERENCES catalogue_content (version),
    adopted BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE run_item (
    tenant    BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    id        BIGINT NOT NULL,
    source    TEXT COLLATE "C" NOT NULL,
    adoption  BIGINT NOT NULL, -- of the catalogue
    started   BIGINT NOT NULL,
    finished  BIGINT, -- null while it is under way
    evaluated BIGINT NOT NULL,
    entries   BIGINT NOT NULL,
    fault     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- What a tenant counts is apart from the tenant, whose row is the same on all
-- machines of a distributed database: a count is taken by every commit.
CREATE TABLE tenant_state (
    tenant  BIGINT NOT NULL PRIMARY KEY REFERENCES tenant (number) ON DELETE CASCADE,
    changes BIGINT NOT NULL -- sequence of its last change
) WITH (fillfactor = 50);

-- The order of commits is that in which they become visible, which no number
-- taken inside a transaction can tell. The transaction stands beside the change,
-- and a reader asks for what it can see now and could not see before.
CREATE TABLE feed_change (
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    xact     XID8   NOT NULL DEFAULT pg_current_xact_id(),
    at       BIGINT NOT NULL,
    keys     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, sequence)
);

CREATE INDEX feed_change_since ON feed_change (xact);

CREATE TABLE access_person (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    issuer  TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    email   TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT, -- null when never
    claimed TEXT COLLATE "C" NOT NULL, -- a JSON list; empty when nothing was
    removed BIGINT, -- null while the person has access
    UNIQUE (issuer, subject)
);

-- The last id is kept apart, so that the id of a grant that went with its
-- tenant is never given to another one.
CREATE TABLE access_state (
    id     BIGINT NOT NULL PRIMARY KEY,
    grants BIGINT NOT NULL,
    removals BIGINT NOT NULL DEFAULT 0, -- of tenants, ever
    key_proof BYTEA -- what only the installation's own keys can read
);

INSERT INTO access_state (id, grants) VALUES (1, 0);

CREATE TABLE access_grant (
    id       BIGINT NOT NULL PRIMARY KEY,
    person   TEXT COLLATE "C" NOT NULL REFERENCES access_person (id),
    role     TEXT COLLATE "C" NOT NULL,
    tenant   BIGINT REFERENCES tenant (number) ON DELETE CASCADE, -- null for all
    given_by TEXT COLLATE "C" NOT NULL,
    given_at BIGINT NOT NULL,
    reason   TEXT COLLATE "C" NOT NULL,
    ended_by TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT -- null while it holds
);

CREATE UNIQUE INDEX access_grant_open ON access_grant (person, role, (COALESCE(tenant, 0))) WHERE ended_at IS NULL;
CREATE INDEX access_grant_in ON access_grant (tenant);

CREATE TABLE access_token (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash     TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL,
    tenant   BIGINT NOT NULL REFERENCES tenant (number) ON DELETE CASCADE,
    scope    TEXT COLLATE "C" NOT NULL,
    made_by  TEXT COLLATE "C" NOT NULL,
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    used     BIGINT, -- null when never
    ended_by TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT -- null while it holds
);

CREATE INDEX access_token_in ON access_token (tenant);

-- The number of a log is that of its tenant, and 0 for the installation's,
-- which is why no foreign key can point to the tenant here: removing a tenant
-- deletes its log by a query of its own.
CREATE TABLE audit_head (
    log      BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash     BYTEA  NOT NULL,
    at       BIGINT NOT NULL -- of the last entry
) WITH (fillfactor = 50);

-- What an entry is about is the UUID of the tenant, which outlives the tenant.
CREATE TABLE audit_entry (
    log      BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    tenant   TEXT COLLATE "C" NOT NULL, -- empty when it is about none
    actor    TEXT COLLATE "C" NOT NULL,
    via      TEXT COLLATE "C" NOT NULL,
    event    TEXT COLLATE "C" NOT NULL,
    outcome  TEXT COLLATE "C" NOT NULL,
    target   TEXT COLLATE "C" NOT NULL,
    request  TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C", -- from here to the salt all is null when erased
    origin   TEXT COLLATE "C",
    reason   TEXT COLLATE "C",
    earlier  TEXT COLLATE "C",
    later    TEXT COLLATE "C",
    salt     BYTEA,
    sealed   BYTEA  NOT NULL,
    prev     BYTEA  NOT NULL,
    hash     BYTEA  NOT NULL,
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
    basis  TEXT COLLATE "C" NOT NULL, -- what its text depends on besides the ledger
    body   BYTEA  NOT NULL,
    PRIMARY KEY (tenant, day)
);

CREATE TABLE session_signin (
    hash    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE TABLE session_flow (
    state     TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- hash
    browser   TEXT COLLATE "C" NOT NULL, -- hash
    issuer    TEXT COLLATE "C" NOT NULL,
    nonce     TEXT COLLATE "C" NOT NULL,
    verifier  TEXT COLLATE "C" NOT NULL,
    return_to TEXT COLLATE "C" NOT NULL,
    expires   BIGINT NOT NULL
);

CREATE TABLE session_item (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash         TEXT COLLATE "C" NOT NULL UNIQUE,
    former       TEXT COLLATE "C" UNIQUE, -- null before the first rotation
    former_until BIGINT, -- null likewise
    person       TEXT COLLATE "C" NOT NULL, -- empty for a one-time link
    claimed      TEXT COLLATE "C" NOT NULL, -- JSON
    issuer       TEXT COLLATE "C" NOT NULL,
    created      BIGINT NOT NULL,
    seen         BIGINT NOT NULL,
    rotated      BIGINT NOT NULL
);

CREATE INDEX session_item_of ON session_item (person, created, id);

-- Work to be done, and who does it. No foreign key leads to the tenant, since 0
-- stands for the installation.
CREATE TABLE lease_item (
    tenant   BIGINT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    item     TEXT COLLATE "C" NOT NULL, -- tells works of one kind and tenant apart
    ready    BIGINT, -- when it can be taken next: its due time, or the end of its lease; null when it is dead
    floating BIGINT NOT NULL, -- 1 when ready counts from the clock and goes back with it
    period   BIGINT NOT NULL, -- microseconds; 0 for work that is done once
    again    BIGINT, -- when it is due after the lease that it was put in; else null
    owner    TEXT COLLATE "C" NOT NULL, -- empty while nobody holds it
    since    BIGINT, -- when it was taken; null likewise
    due      BIGINT, -- what ready was then; null before the first time
    fence    BIGINT NOT NULL, -- from the microsecond in which it was put, so that no two lives share one
    attempts BIGINT NOT NULL,
    position TEXT COLLATE "C" NOT NULL,
    progress TEXT COLLATE "C" NOT NULL,
    fault    TEXT COLLATE "C" NOT NULL, -- of the last attempt; empty when it had none
    failed   BIGINT, -- when; null likewise
    PRIMARY KEY (tenant, kind, item)
) WITH (fillfactor = 50);

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
    kind        TEXT COLLATE "C" NOT NULL,
    item        TEXT COLLATE "C" NOT NULL,
    destination TEXT COLLATE "C" NOT NULL,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (tenant, kind, item),
    FOREIGN KEY (tenant, kind, item) REFERENCES lease_item (tenant, kind, item) ON DELETE CASCADE
);
