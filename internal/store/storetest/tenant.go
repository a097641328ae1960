// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"strings"
	"testing"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

const tenantC posture.TenantID = "0c000000-0000-4000-8000-00000000000c"

func testTenants(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) {
		t.Parallel()
		s := setup(t).Across().Tenants
		c := store.Tenant{ID: tenantC, Name: "Ωmega & Söhne", Entra: guidA, Domain: "omega.example", Sample: true, Created: instant(), DecisionDays: 30}
		ok(t, s.Create(t.Context(), c))
		c.Created = kept(c.Created)
		for _, text := range []string{string(c.ID), strings.ToUpper(string(c.ID)), c.Entra, strings.ToUpper(c.Entra), c.Name} {
			same(t, must(s.Find(t.Context(), text))(t), c)
		}
		list := must(s.List(t.Context()))(t)
		var names []string
		for _, one := range list {
			names = append(names, one.Name)
		}
		same(t, names, []string{"Contoso", "Fabrikam", "Ωmega & Söhne"})
	})
	t.Run("letter case of names", func(t *testing.T) {
		t.Parallel()
		s := setup(t).Across().Tenants
		ok(t, s.Create(t.Context(), store.Tenant{ID: tenantC, Name: "contoso"}))
		if got := must(s.Find(t.Context(), "Contoso"))(t); got.ID != tenantA {
			t.Errorf("got %s, want the one in the same letters", got.ID)
		}
		_, err := s.Find(t.Context(), "CONTOSO")
		kind(t, err, posture.ErrNotFound)
	})
	t.Run("what is taken or not well formed", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		s := b.Across().Tenants
		b.update(t, func(ctx context.Context, w *store.Writer) { ok(t, w.Tenant.Bind(ctx, tenantA, guidA)) })
		for name, tt := range map[string]struct {
			tenant store.Tenant
			want   error
		}{
			"id":             {store.Tenant{ID: tenantA, Name: "new"}, posture.ErrConflict},
			"name":           {store.Tenant{ID: tenantC, Name: "Contoso"}, posture.ErrConflict},
			"organisation":   {store.Tenant{ID: tenantC, Name: "new", Entra: guidA}, posture.ErrConflict},
			"no name":        {store.Tenant{ID: tenantC, Name: " "}, posture.ErrInvalid},
			"a GUID as name": {store.Tenant{ID: tenantC, Name: strings.ToUpper(guidB)}, posture.ErrInvalid},
			"a long name":    {store.Tenant{ID: tenantC, Name: strings.Repeat("x", 201)}, posture.ErrInvalid},
			"no UTF-8":       {store.Tenant{ID: tenantC, Name: "\xff"}, posture.ErrInvalid},
			"no id":          {store.Tenant{Name: "new"}, posture.ErrInvalid},
			"upper case id":  {store.Tenant{ID: "0C000000-0000-4000-8000-00000000000C", Name: "new"}, posture.ErrInvalid},
			"days below 0":   {store.Tenant{ID: tenantC, Name: "new", DecisionDays: -1}, posture.ErrInvalid},
			"over a year":    {store.Tenant{ID: tenantC, Name: "new", DecisionDays: 366}, posture.ErrInvalid},
			"a bad GUID":     {store.Tenant{ID: tenantC, Name: "new", Entra: "x"}, posture.ErrInvalid},
		} {
			if err := s.Create(t.Context(), tt.tenant); err == nil {
				t.Errorf("%s: got no error", name)
			} else {
				kind(t, err, tt.want)
			}
		}
		if n := len(must(s.List(t.Context()))(t)); n != 2 {
			t.Errorf("got %d tenants, want the 2 from before", n)
		}
	})
	t.Run("default", func(t *testing.T) { t.Parallel(); testDefault(t, setup(t)) })
	t.Run("bind and describe", func(t *testing.T) { t.Parallel(); testBind(t, setup(t)) })
	t.Run("how long decisions hold", func(t *testing.T) { t.Parallel(); testDecisionDays(t, setup(t)) })
	t.Run("remove", func(t *testing.T) { t.Parallel(); testRemove(t, setup(t)) })
}

func testDefault(t *testing.T, b *bed) {
	t.Helper()
	s := b.Across().Tenants
	_, err := s.Default(t.Context())
	kind(t, err, posture.ErrConflict)
	ok(t, s.SetDefault(t.Context(), tenantB))
	ok(t, s.SetDefault(t.Context(), tenantA))
	if got := must(s.Default(t.Context()))(t); got.ID != tenantA || !got.Default {
		t.Errorf("default: got %+v, want tenant A", got)
	}
	if got := must(s.Find(t.Context(), "Fabrikam"))(t); got.Default {
		t.Error("there are two defaults")
	}
	kind(t, s.SetDefault(t.Context(), tenantC), posture.ErrNotFound)
	ok(t, s.Remove(t.Context(), tenantA))
	if got := must(s.Default(t.Context()))(t); got.ID != tenantB {
		t.Errorf("the only one: got %s, want tenant B", got.ID)
	}
	ok(t, s.Remove(t.Context(), tenantB))
	_, err = s.Default(t.Context())
	kind(t, err, posture.ErrNotFound)
}

func testBind(t *testing.T, b *bed) {
	t.Helper()
	b.update(t, func(ctx context.Context, w *store.Writer) {
		kind(t, w.Tenant.Bind(ctx, tenantA, "not a guid"), posture.ErrInvalid)
		ok(t, w.Tenant.Bind(ctx, tenantA, strings.ToUpper(guidA)))
		ok(t, w.Tenant.Bind(ctx, tenantA, guidA))
		kind(t, w.Tenant.Bind(ctx, tenantA, guidB), posture.ErrConflict)
		ok(t, w.Tenant.Describe(ctx, tenantA, "Contoso Ltd", "contoso.example"))
		kind(t, w.Tenant.Describe(ctx, tenantA, "", ""), posture.ErrInvalid)
		got := must(w.Tenant.Tenant(ctx, tenantA))(t)
		same(t, got, store.Tenant{ID: tenantA, Name: "Contoso Ltd", Entra: guidA, Domain: "contoso.example", Created: kept(instant())})
	})
	for name, fn := range map[string]func(context.Context, *store.Writer) error{
		"the GUID of another tenant": func(ctx context.Context, w *store.Writer) error { return w.Tenant.Bind(ctx, tenantB, guidA) },
		"the name of another tenant": func(ctx context.Context, w *store.Writer) error {
			return w.Tenant.Describe(ctx, tenantB, "Contoso Ltd", "")
		},
	} {
		if err := b.Update(t.Context(), tenantB, fn); err == nil {
			t.Errorf("%s: got no error", name)
		} else {
			kind(t, err, posture.ErrConflict)
		}
	}
}

func testDecisionDays(t *testing.T, b *bed) {
	t.Helper()
	b.update(t, func(ctx context.Context, w *store.Writer) {
		same(t, must(w.Tenant.Tenant(ctx, tenantA))(t).DecisionDays, 0) // the default stays one
		for _, days := range []int{-1, 0, 366} {
			kind(t, w.Tenant.SetDecisionDays(ctx, tenantA, days), posture.ErrInvalid)
		}
		for _, days := range []int{365, 1} {
			ok(t, w.Tenant.SetDecisionDays(ctx, tenantA, days))
			same(t, must(w.Tenant.Tenant(ctx, tenantA))(t).DecisionDays, days)
		}
	})
	same(t, must(b.Across().Tenants.Find(t.Context(), string(tenantA)))(t).DecisionDays, 1)
	same(t, must(b.Across().Tenants.Find(t.Context(), string(tenantB)))(t).DecisionDays, 0)
}

func testRemove(t *testing.T, b *bed) {
	t.Helper()
	fill(t, b, tenantB)
	s := b.Across().Tenants
	// The same organisation can begin anew, and finds nothing of its past: the
	// second time also when it takes the place in the storage that it had, being
	// the last one that was created.
	for range 2 {
		fill(t, b, tenantA)
		ok(t, s.Remove(t.Context(), tenantA))
		kind(t, s.Remove(t.Context(), tenantA), posture.ErrNotFound)
		kind(t, b.View(t.Context(), tenantA, nil), posture.ErrNotFound)
		ok(t, s.Create(t.Context(), store.Tenant{ID: tenantA, Name: "Contoso"}))
		isEmpty(t, b, tenantA)
	}
	ok(t, b.View(t.Context(), tenantB, func(ctx context.Context, r *store.Reader) error {
		if n := len(must(r.Evidence.Sets(ctx, tenantB))(t)); n == 0 {
			t.Error("the evidence of another tenant is gone too")
		}
		if content := must(r.Catalogues.Catalogue(ctx, tenantB, "v1"))(t); len(content) == 0 {
			t.Error("the catalogue of another tenant is gone too")
		}
		same(t, must(r.Audit.Head(ctx, tenantB))(t).Sequence, int64(1))
		same(t, len(must(r.Fragments.Fragments(ctx, tenantB, "k", 0, ledger.DayOf(instant())))(t)), 1)
		return nil
	}))
}
