// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/posture"
)

// SetInfo describes the latest data set of one name without its objects.
type SetInfo struct {
	Name      string
	Source    string // who handed it over
	FetchedAt time.Time
	// Hash is that of posture.DataSet.
	Hash    string
	Objects int
	Missing posture.Reason // zero when the objects were read
	// Failed and FailedAt tell of a later attempt to read it, after which the
	// evidence before was kept; zero when the last attempt succeeded.
	Failed   posture.Reason
	FailedAt time.Time
}

// EvidenceReader reads the latest evidence of a tenant.
type EvidenceReader interface {
	// Sets describes all data sets by name.
	Sets(ctx context.Context, tenant posture.TenantID) ([]SetInfo, error)
	// Set returns one data set, its objects sorted by key. The error wraps
	// posture.ErrNotFound when no source ever handed it over.
	Set(ctx context.Context, tenant posture.TenantID, name string) (*posture.DataSet, error)
	// Latest returns the latest data sets of all sources together. Source is
	// that of the newest one and At its time; Organisation, Name, Domain and
	// Sample are those of the tenant.
	Latest(ctx context.Context, tenant posture.TenantID) (*posture.Evidence, error)
}

// EvidenceWriter takes evidence in.
type EvidenceWriter interface {
	EvidenceReader
	// Put makes the data sets of ev the latest and returns the names of those
	// whose content is new, sorted. Other data sets stay. A tenant that is not
	// bound is bound to the organisation of the evidence. The error wraps
	// posture.ErrConflict when the evidence is of another organisation than the
	// tenant, or when one of its data sets is older than what is there; then
	// nothing is written.
	Put(ctx context.Context, tenant posture.TenantID, ev *posture.Evidence) ([]string, error)
	// Fail notes that a data set could not be read at the given time and keeps
	// the last evidence. Without any it is kept as missing for that reason. An
	// attempt that is older than the evidence changes nothing.
	Fail(ctx context.Context, tenant posture.TenantID, source, name string, why posture.Reason, at time.Time) error
}
