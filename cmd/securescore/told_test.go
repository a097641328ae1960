// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"securescore/internal/audit"
	"securescore/internal/store"
)

// TestBindingIsInTheLog: which directory a tenant is bound to decides whose
// claims count in it, and an imported file may be what binds it.
func TestBindingIsInTheLog(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	path := filepath.Join(t.TempDir(), "scores.json")
	text := `{"value":[{"id":"` + ours + `_2026-05-04","azureTenantId":"` + ours + `","createdDateTime":"2026-05-04T00:00:00Z","currentScore":7.25,"maxScore":40,
"controlScores":[{"controlCategory":"Identity","controlName":"AdminMFAV2","score":7.25}]}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if r := c.run(t, "import", "microsoftscore", path, "--data", folder); r.code != exitDone {
			t.Fatalf("import: got %d, %s", r.code, r.err)
		}
	}
	c.inStore(t, folder, func(ctx context.Context, s store.Store) error {
		found, err := s.Across().Tenants.Default(ctx)
		if err != nil {
			return err
		}
		return s.View(ctx, found.ID, func(ctx context.Context, r *store.Reader) error {
			bound, err := r.Audit.Find(ctx, found.ID, store.AuditQuery{Event: string(audit.TenantChanged), Limit: 10})
			if len(bound) != 1 || !strings.Contains(bound[0].Details.After, ours) || bound[0].Actor == "" {
				t.Errorf("got %+v, want one line that names %s", bound, ours)
			}
			return err
		})
	})
}
