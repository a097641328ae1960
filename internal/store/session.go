// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/access"
)

// SignIns keeps what lets somebody sign in: one-time tokens and sign-ins under
// way. Package session says what they mean. All times are UTC, to the
// microsecond. Methods may be called by many goroutines and processes at once.
type SignIns interface {
	// AddSignIn keeps the hash of a one-time token until it is spent or expires.
	AddSignIn(ctx context.Context, hash string, expires time.Time) error
	// SpendSignIn takes the token away. Of several calls for one token exactly
	// one succeeds; the others, and calls at or after its expiry, get an error
	// that wraps posture.ErrNotFound.
	SpendSignIn(ctx context.Context, hash string, at time.Time) error
	// AddFlow keeps a sign-in under way.
	AddFlow(ctx context.Context, f access.Flow) error
	// SpendFlow takes a sign-in under way away and returns it, under the rules of
	// SpendSignIn.
	SpendFlow(ctx context.Context, state string, at time.Time) (access.Flow, error)
	// PruneSignIns deletes tokens and flows that expired before a time.
	PruneSignIns(ctx context.Context, expired time.Time) error
}

// Sessions keeps who is signed in, under the rules of SignIns.
type Sessions interface {
	// AddSession keeps a new session.
	AddSession(ctx context.Context, s access.Session) error
	// Session returns the session whose Hash or Former this is, or an error that
	// wraps posture.ErrNotFound.
	Session(ctx context.Context, hash string) (access.Session, error)
	// SessionsOf returns the sessions of a person, the oldest first; an empty one
	// means those opened by one-time links.
	SessionsOf(ctx context.Context, person access.PersonID) ([]access.Session, error)
	// TouchSession sets when a session was last seen; one that is gone is no
	// error.
	TouchSession(ctx context.Context, id string, seen time.Time) error
	// RotateSession replaces the secret of a session and counts it as seen: what
	// was Hash becomes Former. The error wraps posture.ErrConflict when hash is
	// not the one in use any more: another request was faster.
	RotateSession(ctx context.Context, id, hash, next string, at, formerUntil time.Time) error
	// DeleteSession ends sessions; one that is gone is no error.
	DeleteSession(ctx context.Context, ids ...string) error
	// PruneSessions deletes sessions that were created before the first time or
	// seen before the second.
	PruneSessions(ctx context.Context, created, seen time.Time) error
}
