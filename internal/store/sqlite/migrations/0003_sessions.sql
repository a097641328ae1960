-- +goose Up

-- Sessions of the first schema belong to nobody and cannot rotate. They are
-- ended by the upgrade: whoever was signed in signs in again.
DROP TABLE session_item;
DROP TABLE session_signin;

CREATE TABLE session_signin (
    hash    TEXT   NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE TABLE session_flow (
    state     TEXT   NOT NULL PRIMARY KEY, -- hash
    browser   TEXT   NOT NULL, -- hash
    issuer    TEXT   NOT NULL,
    nonce     TEXT   NOT NULL,
    verifier  TEXT   NOT NULL,
    return_to TEXT   NOT NULL,
    expires   BIGINT NOT NULL
);

CREATE TABLE session_item (
    id           TEXT   NOT NULL PRIMARY KEY,
    hash         TEXT   NOT NULL UNIQUE,
    former       TEXT   UNIQUE, -- null before the first rotation
    former_until BIGINT, -- null likewise
    person       TEXT   NOT NULL, -- empty for a one-time link
    claimed      TEXT   NOT NULL, -- JSON
    issuer       TEXT   NOT NULL,
    created      BIGINT NOT NULL,
    seen         BIGINT NOT NULL,
    rotated      BIGINT NOT NULL
);

CREATE INDEX session_item_of ON session_item (person, created, id);
