// SPDX-License-Identifier: Apache-2.0

package session

import (
	"context"
	"time"

	"securescore/internal/access"
)

// SignIns keeps one-time tokens and sign-ins under way; package store has the
// same contract in full. Implementations run sessiontest.Run.
type SignIns interface {
	AddSignIn(ctx context.Context, hash string, expires time.Time) error
	// SpendSignIn and SpendFlow succeed once; their errors wrap
	// posture.ErrNotFound.
	SpendSignIn(ctx context.Context, hash string, at time.Time) error
	AddFlow(ctx context.Context, f access.Flow) error
	SpendFlow(ctx context.Context, state string, at time.Time) (access.Flow, error)
	PruneSignIns(ctx context.Context, expired time.Time) error
}

// Sessions keeps who is signed in, likewise.
type Sessions interface {
	AddSession(ctx context.Context, s access.Session) error
	// Session finds a session by the hash of its secret, or of the former one.
	Session(ctx context.Context, hash string) (access.Session, error)
	SessionsOf(ctx context.Context, person access.PersonID) ([]access.Session, error)
	TouchSession(ctx context.Context, id string, seen time.Time) error
	// RotateSession fails with posture.ErrConflict when hash is not in use any more.
	RotateSession(ctx context.Context, id, hash, next string, at, formerUntil time.Time) error
	DeleteSession(ctx context.Context, ids ...string) error
	PruneSessions(ctx context.Context, created, seen time.Time) error
}
