// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"securescore/internal/posture"
)

// ErrSchema is a storage whose schema is older or newer than the one that this
// build needs. It wraps posture.ErrUnavailable.
var ErrSchema = fmt.Errorf("%w: the schema of the storage is not the one that this build needs", posture.ErrUnavailable)

// Readiness is what a storage may offer beside Store.
type Readiness interface {
	// Ready returns nil when the storage answers and its schema is the one that
	// this build needs. The error wraps ErrSchema when it is another. It is asked
	// every second, by several goroutines, and ends with ctx.
	Ready(ctx context.Context) error
}

// Ready asks a storage whether it can be used now. One that does not offer
// Readiness is asked to read what every installation has.
func Ready(ctx context.Context, s Store) error {
	if r, ok := s.(Readiness); ok {
		return r.Ready(ctx)
	}
	return s.Across().Registry.View(ctx, func(ctx context.Context, r *Registry) error {
		_, err := r.Tokens.All(ctx)
		return err
	})
}
