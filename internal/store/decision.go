// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/posture"
)

// Decision is a decision with what happened to it since.
type Decision struct {
	posture.Decision

	ID         int64  // from 1, per tenant
	Approver   string // empty when nobody had to approve
	ApprovedAt time.Time
	// EndedBy and EndedAt tell who took it back, or what fulfilled or replaced
	// it; zero while it is open. An open decision may have expired: whether it
	// is in force at a time is for InForce to say.
	EndedBy string
	EndedAt time.Time
}

// DecisionReader reads decisions.
type DecisionReader interface {
	// Open returns all decisions that have not ended, by control, then kind and
	// entity, then id. For a status or an entity that is one decision, or a
	// pending one beside the one that it will replace.
	Open(ctx context.Context, tenant posture.TenantID) ([]Decision, error)
	// History returns every decision about a control, the newest first.
	History(ctx context.Context, tenant posture.TenantID, control posture.ControlID) ([]Decision, error)
}

// DecisionWriter changes decisions. Nothing is ever deleted.
type DecisionWriter interface {
	DecisionReader
	// Add keeps a new decision and returns its id. Unless it is pending it ends
	// the open one about the same status or entity; a pending one ends only
	// another pending one.
	Add(ctx context.Context, tenant posture.TenantID, d posture.Decision) (int64, error)
	// Approve makes a pending decision count, and ends the one that it replaces.
	// The error wraps posture.ErrConflict when it is not pending any more, and
	// posture.ErrForbidden when the approver is who decided.
	Approve(ctx context.Context, tenant posture.TenantID, id int64, approver string, at time.Time) error
	// End closes a decision. The error wraps posture.ErrConflict when it has
	// ended before.
	End(ctx context.Context, tenant posture.TenantID, id int64, by string, at time.Time) error
}
