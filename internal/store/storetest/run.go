// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testRuns(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("catalogues", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		content := bytes.Repeat([]byte("id: control\n"), 5000)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			same(t, must(w.Catalogues.Adopted(ctx, tenantA))(t), nil)
			for i, version := range []string{"v1", "v1", "v2", "v1"} {
				ok(t, w.Catalogues.Adopt(ctx, tenantA, version, content, instant().Add(time.Duration(i)*time.Hour)))
			}
			ok(t, w.Catalogues.Adopt(ctx, tenantA, "v3", nil, instant()))
		})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			same(t, must(r.Catalogues.Adopted(ctx, tenantA))(t), []store.Adoption{
				{Version: "v3", At: kept(instant())},
				{Version: "v1", At: kept(instant().Add(3 * time.Hour))},
				{Version: "v2", At: kept(instant().Add(2 * time.Hour))},
				{Version: "v1", At: kept(instant())},
			})
			same(t, must(r.Catalogues.Catalogue(ctx, tenantA, "v1"))(t), content)
			same(t, len(must(r.Catalogues.Catalogue(ctx, tenantA, "v3"))(t)), 0)
			_, err := r.Catalogues.Catalogue(ctx, tenantA, "V1")
			kind(t, err, posture.ErrNotFound)
		})
		ok(t, b.View(t.Context(), tenantB, func(ctx context.Context, r *store.Reader) error {
			_, err := r.Catalogues.Catalogue(ctx, tenantB, "v1")
			kind(t, err, posture.ErrNotFound)
			return nil
		}))
	})
	t.Run("runs", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		end := instant().Add(time.Minute)
		one := store.Run{Source: "scubagear", Catalogue: "v1", Started: instant(), At: instant().AddDate(0, 0, -3)}
		b.update(t, func(ctx context.Context, w *store.Writer) {
			_, err := w.Runs.Begin(ctx, tenantA, one)
			kind(t, err, posture.ErrNotFound)
			ok(t, w.Catalogues.Adopt(ctx, tenantA, "v1", nil, instant()))
			for want := range int64(3) {
				same(t, must(w.Runs.Begin(ctx, tenantA, one))(t), want+1)
			}
			ok(t, w.Runs.Finish(ctx, tenantA, 2, end, 17, "no disk"))
			kind(t, w.Runs.Finish(ctx, tenantA, 2, end, 17, ""), posture.ErrConflict)
			kind(t, w.Runs.Finish(ctx, tenantA, 9, end, 17, ""), posture.ErrNotFound)
		})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			want := one
			want.ID, want.Started, want.At = 2, kept(one.Started), kept(one.At)
			want.Finished, want.Entries, want.Fault = kept(end), 17, "no disk"
			same(t, must(r.Runs.Run(ctx, tenantA, 2))(t), want)
			_, err := r.Runs.Run(ctx, tenantA, 9)
			kind(t, err, posture.ErrNotFound)
			var got []int64
			for before := int64(0); ; {
				page := must(r.Runs.Runs(ctx, tenantA, before, 2))(t)
				if len(page) == 0 {
					break
				}
				for _, run := range page {
					got = append(got, run.ID)
				}
				before = page[len(page)-1].ID
			}
			same(t, got, []int64{3, 2, 1})
		})
	})
}
