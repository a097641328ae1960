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

// Cursor is a place in the change feed of all tenants. What it holds is the
// adapter's; it fits the storage that it came from alone.
type Cursor string

// Change is one commit.
type Change struct {
	Tenant   posture.TenantID
	Sequence int64 // from 1, without gaps, per tenant
	At       time.Time
	Keys     []Key // sorted
}

// Feed tells what changed in any tenant. A process polls it and drops from its
// caches what the changes name.
type Feed interface {
	// Cursor returns where the feed ends now.
	Cursor(ctx context.Context) (Cursor, error)
	// After returns what was committed after a cursor, and where the feed ends
	// now: each commit comes after exactly one of a row of cursors, whatever the
	// order in which transactions end. The changes come by tenant, those of one in
	// the order of their sequences. Of each tenant the last 1000 are kept: when the
	// first sequence of a tenant is not the one after the last that was seen, older
	// ones are gone and everything of that tenant is to be loaded anew.
	After(ctx context.Context, cursor Cursor) ([]Change, Cursor, error)
}

// ChangeReader tells what changed in one tenant.
type ChangeReader interface {
	// Sequence returns that of the last change; 0 when nothing ever changed.
	Sequence(ctx context.Context, tenant posture.TenantID) (int64, error)
	// Changes returns at most limit changes after a sequence, in their order.
	// The first one may be later than the next: then older ones are gone.
	Changes(ctx context.Context, tenant posture.TenantID, after int64, limit int) ([]Change, error)
}
