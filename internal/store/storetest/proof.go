// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testProofs(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("kept, and replaced", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.Proofs.Proof(ctx)), posture.ErrNotFound)
			kind(t, r.Proofs.Prove(ctx, []byte{1}), posture.ErrForbidden)
		})
		b.registry(t, func(ctx context.Context, r *store.Registry) {
			kind(t, r.Proofs.Prove(ctx, nil), posture.ErrInvalid)
			for _, proof := range [][]byte{{0, 255, 0}, []byte("another")} {
				ok(t, r.Proofs.Prove(ctx, proof))
				same(t, must(r.Proofs.Proof(ctx))(t), proof)
			}
		})
		b.look(t, func(ctx context.Context, r *store.Registry) { same(t, must(r.Proofs.Proof(ctx))(t), []byte("another")) })
	})
	t.Run("none is left of what failed", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		failed := errors.New("half way")
		kind(t, b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
			ok(t, r.Proofs.Prove(ctx, []byte("proof")))
			return failed
		}), failed)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.Proofs.Proof(ctx)), posture.ErrNotFound)
		})
	})
}
