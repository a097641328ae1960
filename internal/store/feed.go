// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/posture"
)

// Key names an aggregate that a commit changed.
type Key string

// The keys.
const (
	KeyTenant      Key = "tenant"
	KeyEvidence    Key = "evidence"
	KeyEntities    Key = "entities"
	KeyAssessments Key = "assessments"
	KeyDecisions   Key = "decisions"
	KeyLedger      Key = "ledger"
	KeyMonths      Key = "months"
	KeyCatalogues  Key = "catalogues"
	KeyRuns        Key = "runs"
	KeyAudit       Key = "audit"
)

// KeptChanges is how many lines of the change feed a tenant has at most.
const KeptChanges = 1000

// Change is one commit.
type Change struct {
	// Cursor orders the commits of all tenants.
	Cursor   int64
	Tenant   posture.TenantID
	Sequence int64 // from 1, without gaps, per tenant
	At       time.Time
	Keys     []Key // sorted
}

// Feed tells what changed in any tenant. A process polls it and drops from its
// caches what the changes name.
type Feed interface {
	// Cursor returns where the feed ends now.
	Cursor(ctx context.Context) (int64, error)
	// After returns at most limit changes after a cursor, in the order of
	// commits. Of each tenant the last 1000 are kept: when the first sequence of
	// a tenant is not the one after the last that was seen, older ones are gone
	// and everything of that tenant is to be loaded anew.
	After(ctx context.Context, cursor int64, limit int) ([]Change, error)
}

// ChangeReader tells what changed in one tenant.
type ChangeReader interface {
	// Sequence returns that of the last change; 0 when nothing ever changed.
	Sequence(ctx context.Context, tenant posture.TenantID) (int64, error)
	// Changes returns at most limit changes after a sequence, in their order.
	// The first one may be later than the next: then older ones are gone.
	Changes(ctx context.Context, tenant posture.TenantID, after int64, limit int) ([]Change, error)
}

// Sessions keeps the hashes of secrets that sign people in. Package session
// says what they mean.
type Sessions interface {
	// AddSignIn keeps the hash of a one-time token until it is spent or expires.
	AddSignIn(ctx context.Context, hash string, expires time.Time) error
	// SpendSignIn takes the token away. Of several calls for one token exactly
	// one succeeds; the others, and calls at or after its expiry, get an error
	// that wraps posture.ErrNotFound.
	SpendSignIn(ctx context.Context, hash string, at time.Time) error
	// AddSession keeps a new session; it counts as seen when created.
	AddSession(ctx context.Context, hash string, created time.Time) error
	// Session returns when a session was created and last seen, or an error that
	// wraps posture.ErrNotFound.
	Session(ctx context.Context, hash string) (created, seen time.Time, err error)
	// TouchSession sets when a session was last seen; one that is gone is no
	// error.
	TouchSession(ctx context.Context, hash string, seen time.Time) error
	// DeleteSession ends a session; one that is gone is no error.
	DeleteSession(ctx context.Context, hash string) error
	// PruneSessions deletes tokens that expired before the given time, and
	// sessions that were created before the second or seen before the third.
	PruneSessions(ctx context.Context, expired, created, seen time.Time) error
}
