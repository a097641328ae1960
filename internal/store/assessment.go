// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Current is what is known of one control now.
type Current struct {
	Assessment posture.Assessment
	// Standing is what the ledger says of the control.
	Standing ledger.Standing
	// Kind and Outcomes are the entities behind the counts.
	Kind     posture.Kind
	Outcomes ledger.Outcomes
	// Frame says what surrounded the entities, in the words of package assess;
	// kept and given back as it is.
	Frame string
}

// AssessmentReader reads the current assessments.
type AssessmentReader interface {
	// List returns all controls by id, without their Outcomes.
	List(ctx context.Context, tenant posture.TenantID) ([]Current, error)
	// Full returns all controls by id, with their Outcomes as Assessment has them.
	Full(ctx context.Context, tenant posture.TenantID) ([]Current, error)
	// Assessment returns one control with its Outcomes, whose bitmaps are never
	// nil. The error wraps posture.ErrNotFound when it was never assessed.
	Assessment(ctx context.Context, tenant posture.TenantID, control posture.ControlID) (Current, error)
}

// AssessmentWriter replaces current assessments.
type AssessmentWriter interface {
	AssessmentReader
	// Put replaces the assessments of these controls. Others stay.
	Put(ctx context.Context, tenant posture.TenantID, all []Current) error
	// Drop forgets controls that are not in the catalogue any more. One that is
	// not there is no error.
	Drop(ctx context.Context, tenant posture.TenantID, controls []posture.ControlID) error
}
