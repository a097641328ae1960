-- name: session add token
INSERT INTO session_signin (hash, expires) VALUES (?, ?)

-- name: session spend token
DELETE FROM session_signin WHERE hash = ? AND expires > ?

-- name: session add
INSERT INTO session_item (hash, created, seen) VALUES (?, ?, ?)

-- name: session read
SELECT created, seen FROM session_item WHERE hash = ?

-- name: session touch
UPDATE session_item SET seen = ? WHERE hash = ?

-- name: session delete
DELETE FROM session_item WHERE hash = ?

-- name: session prune tokens
DELETE FROM session_signin WHERE expires < ?

-- name: session prune
DELETE FROM session_item WHERE created < ? OR seen < ?
