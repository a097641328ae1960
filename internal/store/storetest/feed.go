// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// describe makes one commit that changes a tenant.
func (b *bed) describe(ctx context.Context, t *testing.T, tenant posture.TenantID, name string) {
	t.Helper()
	ok(t, b.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		return w.Tenant.Describe(ctx, tenant, name, "")
	}))
}

// quiet checks that nothing was committed after a cursor.
func (b *bed) quiet(t *testing.T, cursor store.Cursor) {
	t.Helper()
	changes, _, err := b.Across().Feed.After(t.Context(), cursor)
	ok(t, err)
	same(t, changes, nil)
}

// design 4.7.
func testFeed(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("every commit is one line", func(t *testing.T) { t.Parallel(); testFeedLines(t, setup(t)) })
	t.Run("what wrote nothing is no line", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		before := must(b.Across().Feed.Cursor(t.Context()))(t)
		b.update(t, func(context.Context, *store.Writer) {})
		failed := errors.New("changed my mind")
		kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
			ok(t, w.Tenant.Describe(ctx, tenantA, "new", ""))
			return failed
		}), failed)
		b.quiet(t, before)
	})
	t.Run("sequence without a view", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		for i := range 5 {
			if i > 0 {
				b.describe(t.Context(), t, tenantA, fmt.Sprint("Contoso ", i))
			}
			for range 2 {
				same(t, must(b.Sequence(t.Context(), tenantA))(t), int64(1+i))
				same(t, must(b.Sequence(t.Context(), tenantB))(t), int64(1))
			}
		}
		ok(t, b.Across().Tenants.Remove(t.Context(), tenantA))
		_, err := b.Sequence(t.Context(), tenantA)
		kind(t, err, posture.ErrNotFound)
		_, err = b.Sequence(t.Context(), "99999999-9999-4999-8999-999999999999")
		kind(t, err, posture.ErrNotFound)
	})
	t.Run("old lines go", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		const commits = store.KeptChanges + 20
		for range commits {
			b.describe(t.Context(), t, tenantA, "Contoso")
		}
		b.view(t, func(ctx context.Context, r *store.Reader) {
			all := must(r.Changes.Changes(ctx, tenantA, 0, 2*commits))(t)
			last := must(r.Changes.Sequence(ctx, tenantA))(t)
			if len(all) != store.KeptChanges || all[len(all)-1].Sequence != last || all[0].Sequence != last-store.KeptChanges+1 {
				t.Errorf("got %d lines up to %d, want the last %d", len(all), last, store.KeptChanges)
			}
		})
	})
}

func testFeedLines(t *testing.T, b *bed) {
	t.Helper()
	cursor := must(b.Across().Feed.Cursor(t.Context()))(t)
	fill(t, b, tenantA)
	b.describe(t.Context(), t, tenantB, "Fabrikam Inc")
	b.describe(t.Context(), t, tenantA, "Contoso Ltd")
	list, next, err := b.Across().Feed.After(t.Context(), cursor)
	ok(t, err)
	same(t, len(list), 3)
	same(t, list[0].Keys, []store.Key{
		store.KeyAssessments, store.KeyAudit, store.KeyCatalogues, store.KeyDecisions, store.KeyEntities, store.KeyEvidence,
		store.KeyLedger, store.KeyMonths, store.KeyRuns, store.KeyTenant,
	})
	same(t, list[1].Keys, []store.Key{store.KeyTenant})
	for i, want := range []posture.TenantID{tenantA, tenantA, tenantB} {
		same(t, list[i].Tenant, want)
		if list[i].At.IsZero() {
			t.Errorf("line %d: got %+v", i, list[i])
		}
	}
	none, again, err := b.Across().Feed.After(t.Context(), next)
	ok(t, err)
	same(t, none, nil)
	b.describe(t.Context(), t, tenantB, "Fabrikam Ltd")
	more, _, err := b.Across().Feed.After(t.Context(), again)
	ok(t, err)
	if len(more) != 1 || more[0].Tenant != tenantB || more[0].Sequence != list[2].Sequence+1 {
		t.Errorf("after the last cursor: got %+v, want the one commit since", more)
	}
	b.view(t, func(ctx context.Context, r *store.Reader) {
		same(t, must(r.Changes.Sequence(ctx, tenantA))(t), list[1].Sequence)
		same(t, must(r.Changes.Changes(ctx, tenantA, list[0].Sequence-1, 10))(t), list[:2])
		same(t, must(r.Changes.Changes(ctx, tenantA, list[1].Sequence, 10))(t), nil)
	})
	if list[1].Sequence != list[0].Sequence+1 {
		t.Errorf("sequences of one tenant: got %d and then %d", list[0].Sequence, list[1].Sequence)
	}
}
