// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// What another process commits is seen by the next call, and while nobody
// commits nothing is read.
func TestSequenceSeesOtherProcesses(t *testing.T) {
	t.Parallel()
	const tenant posture.TenantID = "11111111-2222-4333-8444-555555555555"
	folder := t.TempDir()
	opened := func() *sqlite.Store {
		s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: func() time.Time { return time.Unix(0, 0) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	one, other := opened(), opened()
	if err := one.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso"}); err != nil {
		t.Fatal(err)
	}
	stores := []*sqlite.Store{one, other}
	for i := range int64(50) {
		for k, s := range stores {
			if got, err := s.Sequence(t.Context(), tenant); err != nil || got != 1+i {
				t.Fatalf("after %d commits process %d sees %d, %v", i, k, got, err)
			}
		}
		err := stores[i%2].Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
			return w.Tenant.Describe(ctx, tenant, fmt.Sprint("Contoso ", i), "")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
