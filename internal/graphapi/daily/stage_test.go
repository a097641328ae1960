// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/graphapi/daily"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const (
	tenant = posture.TenantID("6f3a3d8e-0000-4000-8000-000000000001")
	entra  = "12345678-1234-1234-1234-1234567890ab"
)

// stage is a store with one tenant, whose ledger the test writes itself.
type stage struct {
	store    store.Store
	assessor *assess.Assessor
	source   *daily.Source
	tenant   posture.TenantID
	now      time.Time
	head     ledger.Head
}

func controlFile(id, category, scoring, check string) string {
	return "id: " + id + "\ntitle: T\ncategory: " + category + "\nproduct: P\npoints: \"10\"\nthreats: [t]\n" +
		"description: 'What \"" + id + "\" is about'\nuserImpactText: u\nusersAffected: a\nsteps: [s]\nscoring: " + scoring + "\ncheck: " + check + "\n"
}

// catalogue has one control of each form that an answer can take.
func catalogue(tb testing.TB) *catalog.Catalog {
	tb.Helper()
	schema, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{
		{Kind: "user", Singular: "user", Plural: "users", DataSet: "users", Fields: []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}}},
		{Kind: "device", Singular: "device", Plural: "devices", DataSet: "devices", Fields: []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}}},
		{Kind: "setting", Singular: "sign-in setting", Plural: "sign-in settings", DataSet: "settings", Singleton: true, Fields: []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}}},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Custom: true, Files: fstest.MapFS{
		"counted.yaml": {Data: []byte(controlFile("counted", "Identity", "proportional", "{entity: user, pass: user.ok}"))},
		"device.yaml":  {Data: []byte(controlFile("device", "Device", "proportional", "{entity: device, pass: device.ok}"))},
		"few.yaml":     {Data: []byte(controlFile("few", "Identity", "binary", "{entity: user, require: count, min: 2, max: 4, pass: user.ok}"))},
		"setting.yaml": {Data: []byte(controlFile("setting", "Apps", "binary", "{entity: setting, pass: setting.ok}"))},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func begin() time.Time { return time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC) }

func newStage(tb testing.TB, c *catalog.Catalog) *stage {
	tb.Helper()
	st := &stage{now: begin()}
	s, err := sqlite.Open(tb.Context(), sqlite.Config{Folder: tb.TempDir(), Now: st.clock})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	st.store = s
	st.assessor = assess.NewAssessor(s, c, st.clock)
	st.source = daily.New(s, st.assessor, st.clock)
	st.settle(tb, tenant)
	return st
}

// settle goes on with a new tenant.
func (st *stage) settle(tb fataler, id posture.TenantID) {
	tb.Helper()
	st.tenant, st.now, st.head = id, begin(), ledger.Genesis(id, ledger.Own)
	if err := st.store.Across().Tenants.Create(tb.Context(), store.Tenant{ID: id, Name: "tenant " + string(id), Created: st.now}); err != nil {
		tb.Fatal(err)
	}
	c := st.assessor.Catalogue()
	st.update(tb, func(ctx context.Context, w *store.Writer) error {
		return w.Catalogues.Adopt(ctx, id, c.Version, c.Archive(), st.now)
	})
}

func (st *stage) clock() time.Time { return st.now }

// fataler is a test or a property.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Context() context.Context
}

func (st *stage) update(tb fataler, fn func(context.Context, *store.Writer) error) {
	tb.Helper()
	if err := st.store.Update(tb.Context(), st.tenant, fn); err != nil {
		tb.Fatal(err)
	}
}

// write appends changes that take effect at a time.
func (st *stage) write(tb fataler, at time.Time, changes ...ledger.Change) {
	tb.Helper()
	entries, head, err := ledger.Seal(st.head, changes, ledger.Stamp{Effective: at, Recorded: st.now})
	if err != nil {
		tb.Fatal(err)
	}
	st.update(tb, func(ctx context.Context, w *store.Writer) error {
		return w.Ledger.Append(ctx, st.tenant, ledger.Own, entries, nil)
	})
	st.head = head
}

// run keeps a run that looked at evidence of a time.
func (st *stage) run(tb fataler, at time.Time) {
	tb.Helper()
	st.update(tb, func(ctx context.Context, w *store.Writer) error {
		id, err := w.Runs.Begin(ctx, st.tenant, store.Run{Source: "test", Catalogue: st.assessor.Catalogue().Version, Started: st.now, At: at})
		if err != nil {
			return err
		}
		return w.Runs.Finish(ctx, st.tenant, id, st.now, 0, "")
	})
}

func (st *stage) open(tb fataler) *daily.View {
	tb.Helper()
	v, err := st.source.Open(tb.Context(), st.tenant)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func day(tb fataler, v *daily.View, i int) *daily.Score {
	tb.Helper()
	s, err := v.At(tb.Context(), i)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func change(id posture.ControlID, before, after ledger.Standing) ledger.Change {
	return ledger.Change{Control: id, Cause: ledger.User, Before: before, After: after, Actor: ledger.System}
}

func standing(measured, credited, most posture.Points, pass, fail int, status posture.Status) ledger.Standing {
	return ledger.Standing{Measured: measured, Credited: credited, Max: most, Counts: posture.Counts{Pass: pass, Fail: fail}, Status: status}
}
