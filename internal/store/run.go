// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/posture"
)

// Adoption is a catalogue version that a tenant went over to.
type Adoption struct {
	Version string
	At      time.Time
}

// CatalogueReader reads the catalogues that a tenant has adopted.
type CatalogueReader interface {
	// Adopted returns all adoptions, the newest first. A version can be adopted
	// again.
	Adopted(ctx context.Context, tenant posture.TenantID) ([]Adoption, error)
	// Catalogue returns the content of an adopted version. The error wraps
	// posture.ErrNotFound when this tenant never adopted it.
	Catalogue(ctx context.Context, tenant posture.TenantID, version string) ([]byte, error)
}

// CatalogueWriter adopts catalogues.
type CatalogueWriter interface {
	CatalogueReader
	// Adopt goes over to a version. Adopting the one in use changes nothing.
	// The content of a version never changes: the first one is kept.
	Adopt(ctx context.Context, tenant posture.TenantID, version string, content []byte, at time.Time) error
}

// Run is one assessment of a tenant.
type Run struct {
	ID        int64  // from 1, per tenant
	Source    string // who handed the evidence over; empty for a run without new evidence
	Catalogue string // version
	Started   time.Time
	Finished  time.Time // zero while it is under way, or when it never ended
	// At is the time at which rules were evaluated.
	At      time.Time
	Entries int    // entries that it wrote
	Fault   string // why it failed; empty when it did not
}

// RunReader reads runs.
type RunReader interface {
	// Runs returns at most limit runs with an id below before, the newest first;
	// before 0 begins at the newest.
	Runs(ctx context.Context, tenant posture.TenantID, before int64, limit int) ([]Run, error)
	// Run returns one run, or an error that wraps posture.ErrNotFound.
	Run(ctx context.Context, tenant posture.TenantID, id int64) (Run, error)
}

// RunWriter keeps runs.
type RunWriter interface {
	RunReader
	// Begin keeps a new run and returns its id. ID, Finished, Entries and Fault
	// are ignored. The error wraps posture.ErrNotFound when the tenant has not
	// adopted the catalogue.
	Begin(ctx context.Context, tenant posture.TenantID, r Run) (int64, error)
	// Finish ends a run. The error wraps posture.ErrConflict when it has ended
	// before.
	Finish(ctx context.Context, tenant posture.TenantID, id int64, at time.Time, entries int, fault string) error
}
