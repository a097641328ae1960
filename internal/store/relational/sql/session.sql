-- name: session add token
INSERT INTO session_signin (hash, expires) VALUES (?, ?)

-- name: session spend token
DELETE FROM session_signin WHERE hash = ? AND expires > ?

-- name: session prune tokens
DELETE FROM session_signin WHERE expires < ?

-- name: session add flow
INSERT INTO session_flow (state, browser, issuer, nonce, verifier, return_to, expires) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: session spend flow
DELETE FROM session_flow WHERE state = ? AND expires > ? RETURNING state, browser, issuer, nonce, verifier, return_to, expires

-- name: session prune flows
DELETE FROM session_flow WHERE expires < ?

-- name: session add
INSERT INTO session_item (id, hash, former, former_until, person, claimed, issuer, created, seen, rotated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: session read
SELECT id, hash, former, former_until, person, claimed, issuer, created, seen, rotated FROM session_item WHERE hash = ?

-- name: session read former
SELECT id, hash, former, former_until, person, claimed, issuer, created, seen, rotated FROM session_item WHERE former = ?

-- name: session of
SELECT id, hash, former, former_until, person, claimed, issuer, created, seen, rotated FROM session_item WHERE person = ? ORDER BY created, id

-- name: session touch
UPDATE session_item SET seen = ? WHERE id = ? AND seen < ?

-- name: session rotate
UPDATE session_item SET former = hash, former_until = ?, hash = ?, seen = ?, rotated = ? WHERE id = ? AND hash = ?

-- name: session delete
DELETE FROM session_item WHERE id = ?

-- name: session prune
DELETE FROM session_item WHERE created < ? OR seen < ?
