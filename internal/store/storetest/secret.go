// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testSecrets(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("made once, then the same for all", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.Secrets.Secret(ctx, "page")), posture.ErrForbidden)
		})
		var made []byte
		b.registry(t, func(ctx context.Context, r *store.Registry) {
			made = must(r.Secrets.Secret(ctx, "page"))(t)
			same(t, must(r.Secrets.Secret(ctx, "page"))(t), made) // it sees what it wrote
		})
		if len(made) != store.SecretSize || bytes.Equal(made, make([]byte, store.SecretSize)) {
			t.Fatalf("got %d bytes, or only zeros, want %d random ones", len(made), store.SecretSize)
		}
		given := bytes.Clone(made)
		made[0]++ // what a caller does with its copy changes nothing
		b.look(t, func(ctx context.Context, r *store.Registry) { same(t, must(r.Secrets.Secret(ctx, "page"))(t), given) })
		b.registry(t, func(ctx context.Context, r *store.Registry) { same(t, must(r.Secrets.Secret(ctx, "page"))(t), given) })
	})
	t.Run("each name has its own", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			seen := make(map[string]string)
			for _, name := range []string{"page", "Page", "page ", ""} {
				secret := string(must(r.Secrets.Secret(ctx, name))(t))
				if other, twice := seen[secret]; twice {
					t.Errorf("%q and %q have the same secret", other, name)
				}
				seen[secret] = name
			}
		})
	})
	t.Run("none is left of what failed", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		failed := errors.New("half way")
		kind(t, b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
			must(r.Secrets.Secret(ctx, "page"))(t)
			return failed
		}), failed)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.Secrets.Secret(ctx, "page")), posture.ErrForbidden)
		})
	})
	t.Run("several first uses at once", func(t *testing.T) { t.Parallel(); testSecretWriters(t, setup(t)) })
}

func testSecretWriters(t *testing.T, b *bed) {
	t.Helper()
	const writers = 8
	secrets := make([][]byte, writers)
	faults := make([]error, writers)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			faults[i] = b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) (err error) {
				secrets[i], err = r.Secrets.Secret(ctx, "page")
				return err
			})
		})
	}
	group.Wait()
	for i := range writers {
		ok(t, faults[i])
		same(t, secrets[i], secrets[0])
	}
}
