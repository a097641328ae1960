// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// Two processes that serve the same data folder share their secrets.
func TestSecretIsThatOfTheDataFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	secret := func(s *sqlite.Store) (secret []byte) {
		t.Helper()
		err := s.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) (err error) {
			secret, err = r.Secrets.Secret(ctx, "page")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	first, second := open(t, folder), open(t, folder)
	if diff := cmp.Diff(secret(first), secret(second)); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	if cmp.Equal(secret(first), secret(open(t, t.TempDir()))) {
		t.Error("another data folder has the same secret")
	}
}
