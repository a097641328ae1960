// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"context"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const tenant posture.TenantID = "11111111-2222-4333-8444-555555555555"

// bench is a store with one tenant, a clock and a catalogue of two controls:
// users who are ok, and devices that are ok and were seen lately.
type workbench struct {
	store    store.Store
	schema   *entity.Schema
	assessor *assess.Assessor
	now      time.Time
}

func ledgerSchema(t *testing.T) *entity.Schema {
	t.Helper()
	fields := []entity.Field{
		{Name: "ok", Type: entity.Bool, From: "ok"},
		{Name: "scoped", Type: entity.Bool, From: "in", Absent: true},
		{Name: "seen", Type: entity.Time, From: "seen"},
		{Name: "rule", Type: entity.Bool},
	}
	s, err := entity.NewSchema(entity.Product{
		Kinds: []entity.KindSpec{
			{Kind: "user", Singular: "user", Plural: "users", DataSet: "users", Fields: fields},
			{Kind: "device", Singular: "device", Plural: "devices", DataSet: "devices", Fields: fields},
		},
		// A policy that covers everybody: a change of configuration.
		Derive: []entity.Derive{func(m *entity.Model) {
			users, policy := m.Table("user"), m.Set("policy")
			for row := range users.Len() {
				if policy.Collected() {
					users.SetBool(row, "rule", len(policy.Objects) > 0)
				}
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ledgerCatalogue(t *testing.T, schema *entity.Schema, userPass string) *catalog.Catalog {
	t.Helper()
	common := "\ntitle: T\ncategory: Identity\nproduct: P\npoints: \"10\"\nthreats: [t]\ndescription: d\nuserImpactText: d\nusersAffected: d\nsteps: [s]\nscoring: proportional\n"
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Custom: true, Files: fstest.MapFS{
		"users_ok.yaml":   {Data: []byte("id: users_ok" + common + "check: {entity: user, where: user.scoped, pass: " + userPass + "}\n")},
		"devices_ok.yaml": {Data: []byte("id: devices_ok" + common + "check: {entity: device, where: device.scoped, pass: 'device.ok && run.time - device.seen < duration(\"240h\")'}\n")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func setup(t *testing.T) *workbench {
	t.Helper()
	b := &workbench{schema: ledgerSchema(t), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: t.TempDir(), Now: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b.store = s
	if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso", Created: b.now}); err != nil {
		t.Fatal(err)
	}
	b.use(t, "user.ok && user.rule")
	return b
}

func (b *workbench) clock() time.Time { return b.now }

// use goes over to a catalogue with another rule for users.
func (b *workbench) use(t *testing.T, userPass string) {
	t.Helper()
	b.assessor = assess.NewAssessor(b.store, ledgerCatalogue(t, b.schema, userPass), b.clock)
}

// reading is evidence at the workbench's time: "a+ b-" are user a who is ok and
// user b who is not; "b?" has no value. A nil part was not read.
func (b *workbench) reading(users, devices map[string]string, policy bool) *posture.Evidence {
	e := &posture.Evidence{Source: "test", At: b.now}
	add := func(name string, objects map[string]string) {
		set := &posture.DataSet{Name: name, FetchedAt: b.now}
		if objects == nil {
			set.Missing = posture.Reason{Code: posture.Permission, Detail: "no permission"}
		}
		for key, raw := range objects {
			set.Objects = append(set.Objects, posture.Object{Key: key, Raw: []byte(raw)})
		}
		e.Add(set)
	}
	add("users", users)
	add("devices", devices)
	rules := map[string]string{}
	if policy {
		rules["p"] = "{}"
	}
	add("policy", rules)
	return e
}

// change is one entry in words.
type change struct {
	Cause            ledger.Cause
	Control          posture.ControlID
	DEarned, DCredit posture.Points
}

// changes runs and returns the entries that it wrote; and whatever happened,
// the ledger must add up to the score.
func (b *workbench) changes(t *testing.T, run func() (assess.Result, error)) []change {
	t.Helper()
	r, err := run()
	if err != nil {
		t.Fatal(err)
	}
	var list []change
	err = b.store.View(t.Context(), tenant, func(ctx context.Context, rd *store.Reader) error {
		head, err := rd.Ledger.Head(ctx, tenant, ledger.Own)
		if err != nil {
			return err
		}
		entries, err := rd.Ledger.Entries(ctx, tenant, ledger.Own, head.Sequence-int64(r.Entries), r.Entries+1)
		if err != nil {
			return err
		}
		for i := range entries {
			e := &entries[i]
			if e.Facts == nil {
				list = append(list, change{e.Cause, e.Control, e.DMeasured + e.DCredited, e.DCredited})
			}
		}
		report, err := store.Verify(ctx, rd, tenant, ledger.Own)
		if err != nil {
			return err
		}
		if len(report.Faults) > 0 || report.Sums.Earned() != r.Score.Earned() || report.Sums.Max != r.Score.Max {
			t.Errorf("the ledger holds %+v with faults %v, the score is %s of %s", report.Sums, report.Faults, r.Score.Earned(), r.Score.Max)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const (
	ok   = `{"ok":true,"seen":"2026-03-01T00:00:00Z"}`
	bad  = `{"ok":false,"seen":"2026-03-01T00:00:00Z"}`
	out  = `{"ok":true,"in":false,"seen":"2026-03-01T00:00:00Z"}`
	none = `{"seen":"2026-03-01T00:00:00Z"}`
)

type objects = map[string]string

func operator() *access.Principal { return access.Operator("Ida Lund", access.ViaCommandLine) }

// Design 4.2: each cause is told apart.
func TestCauses(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	decide := func(d posture.Decision) func(*testing.T, *workbench) (assess.Result, error) {
		return func(t *testing.T, b *workbench) (assess.Result, error) {
			t.Helper()
			d.At, d.By, d.Reason = b.now, "Ida Lund", "because"
			return b.assessor.Decide(t.Context(), tenant, operator(), []posture.Decision{d})
		}
	}
	read := func(users, devices objects, policy bool) func(*testing.T, *workbench) (assess.Result, error) {
		return func(t *testing.T, b *workbench) (assess.Result, error) {
			t.Helper()
			return b.assessor.Import(t.Context(), tenant, operator(), b.reading(users, devices, policy))
		}
	}
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	devices := objects{"x": ok, "y": ok}
	cases := []struct {
		name string
		run  func(*testing.T, *workbench) (assess.Result, error)
		want []change
	}{
		{"nothing changed", read(four, devices, true), nil},
		{"a user's own record", read(objects{"a": ok, "b": ok, "c": ok, "d": bad}, devices, true), []change{{ledger.User, "users_ok", 250, 0}}},
		{"a device's own record", read(four, objects{"x": bad, "y": ok}, true), []change{{ledger.Device, "devices_ok", -500, 0}}},
		{"a policy that covered them is gone", read(four, devices, false), []change{{ledger.Configuration, "users_ok", -500, 0}}},
		{"people came", read(objects{"a": ok, "b": ok, "c": bad, "d": bad, "e": bad}, devices, true), []change{{ledger.Population, "users_ok", -100, 0}}},
		{"people left scope", read(objects{"a": ok, "b": ok, "c": out, "d": out}, devices, true), []change{{ledger.Population, "users_ok", 500, 0}}},
		{"a source failed", read(nil, devices, true), []change{{ledger.Coverage, "users_ok", -500, 0}}},
		{"two causes at once", read(objects{"a": ok, "b": ok, "c": ok, "d": bad, "e": bad}, devices, true), []change{
			{ledger.Population, "users_ok", -100, 0}, {ledger.User, "users_ok", 200, 0},
		}},
		{
			"time passed: devices not seen for ten days",
			func(t *testing.T, b *workbench) (assess.Result, error) {
				t.Helper()
				b.now = b.now.Add(10 * day)
				return b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, devices, true))
			},
			[]change{{ledger.Time, "devices_ok", -1000, 0}},
		},
		{"somebody is exempt", decide(posture.Decision{Control: "users_ok", Kind: "user", Entity: "c"}), []change{{ledger.Exemption, "users_ok", 167, 167}}},
		{"design 3.14: an emergency account is exempt everywhere", decide(posture.Decision{Kind: "user", Entity: "c"}), []change{{ledger.Exemption, "users_ok", 167, 167}}},
		{"resolved through a third party", decide(posture.Decision{Control: "users_ok", Status: posture.ThirdParty}), []change{{ledger.Status, "users_ok", 500, 500}}},
		{"risk accepted adds nothing", decide(posture.Decision{Control: "users_ok", Status: posture.RiskAccepted}), []change{{ledger.Status, "users_ok", 0, 0}}},
		{
			"another catalogue",
			func(t *testing.T, b *workbench) (assess.Result, error) {
				t.Helper()
				b.use(t, "user.rule")
				return b.assessor.Reassess(t.Context(), tenant)
			},
			[]change{{ledger.Catalogue, "users_ok", 500, 0}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			first := b.changes(t, func() (assess.Result, error) {
				return b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, devices, true))
			})
			if diff := cmp.Diff([]change{{ledger.Coverage, "devices_ok", 1000, 0}, {ledger.Coverage, "users_ok", 500, 0}}, first); diff != "" {
				t.Fatalf("first reading (-want +got):\n%s", diff)
			}
			b.now = b.now.Add(time.Hour)
			got := b.changes(t, func() (assess.Result, error) { return c.run(t, b) })
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Design 4.2: an acceptance that expires is time, and so is an exemption.
func TestExpiryIsTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	_, err := b.assessor.Decide(t.Context(), tenant, operator(), []posture.Decision{
		{Control: "users_ok", Status: posture.AlternateMitigation, At: b.now, Expires: b.now.Add(48 * time.Hour), By: "Ida Lund"},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(72 * time.Hour)
	outdated, err := b.assessor.Outdated(t.Context(), tenant)
	if err != nil || !outdated {
		t.Fatalf("outdated: got %v, %v; want true", outdated, err)
	}
	got := b.changes(t, func() (assess.Result, error) { return b.assessor.Reassess(t.Context(), tenant) })
	if diff := cmp.Diff([]change{{ledger.Time, "users_ok", -500, -500}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// An expiry that moves no points is looked at once.
func TestOutdatedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	_, err := b.assessor.Decide(t.Context(), tenant, operator(), []posture.Decision{
		{Kind: "user", Entity: "nobody", Control: "users_ok", At: b.now, Expires: b.now.Add(time.Hour), By: "Ida Lund"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		b.now = b.now.Add(time.Hour)
		outdated, err := b.assessor.Outdated(t.Context(), tenant)
		if err != nil || outdated != want {
			t.Fatalf("outdated: got %v, %v; want %v", outdated, err, want)
		}
		if _, err := b.assessor.Reassess(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
}

// Design 3.8: evidence of a live source is kept when it gets no younger, and is
// stale after its maximum age; that of an import never ages.
func TestOldEvidenceOfALiveSource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.assessor.Watch(assess.Live{"test": assess.MaxAge})
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	reassess := func() (assess.Result, error) { return b.assessor.Reassess(t.Context(), tenant) }
	b.now = b.now.Add(assess.MaxAge)
	if got := b.changes(t, reassess); got != nil {
		t.Errorf("at its maximum age: got %v, want nothing", got)
	}
	b.now = b.now.Add(time.Minute)
	if diff := cmp.Diff([]change{{ledger.Coverage, "users_ok", -500, 0}}, b.changes(t, reassess)); diff != "" {
		t.Errorf("beyond it (-want +got):\n%s", diff)
	}
	other := assess.NewAssessor(b.store, b.assessor.Catalogue(), b.clock)
	other.Watch(assess.Live{"test": assess.MaxAge})
	s, err := other.Look(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Outcomes[1].Assessment; a.State != posture.NotAssessed || a.Reason.Code != posture.Stale {
		t.Errorf("got %s for %q, want stale", a.State, a.Reason)
	}
	got := b.changes(t, func() (assess.Result, error) {
		return b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true))
	})
	if diff := cmp.Diff([]change{{ledger.Coverage, "users_ok", 500, 0}}, got); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}

// Design 4.6, 4.7: a process that remembers sees what another one wrote, by
// the sequence of the change feed.
func TestWhatAnotherProcessWroteIsSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := assess.NewAssessor(b.store, b.assessor.Catalogue(), b.clock)
	for i, users := range []objects{{"a": ok}, {"a": bad}, {"a": ok, "b": bad}} {
		b.now = b.now.Add(time.Hour)
		r, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(users, objects{}, true))
		if err != nil {
			t.Fatal(err)
		}
		s, err := other.Look(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		if s.Score.Earned() != r.Score.Earned() {
			t.Errorf("reading %d: the other process sees %s, want %s", i, s.Score.Earned(), r.Score.Earned())
		}
	}
	b.now = b.now.Add(time.Hour)
	if _, err := other.Import(t.Context(), tenant, operator(), b.reading(objects{"a": ok}, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	if s, err := b.assessor.Look(t.Context(), tenant); err != nil || s.Score.Earned() != 1000 {
		t.Errorf("the first process sees %v, %v; want 10.00", s.Score.Earned(), err)
	}
}

// Evidence that is older, or of somebody else, changes nothing.
func TestRefusedEvidenceChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e := b.reading(objects{"a": ok}, objects{}, true)
	e.Organisation = "aaaaaaaa-0000-4000-8000-000000000001"
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), e); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(-time.Hour)
	older := b.reading(objects{"a": bad}, objects{}, true)
	b.now = b.now.Add(2 * time.Hour)
	other := b.reading(objects{"a": bad}, objects{}, true)
	other.Organisation = "bbbbbbbb-0000-4000-8000-000000000002"
	for name, refused := range map[string]*posture.Evidence{"older": older, "of another organisation": other} {
		if _, err := b.assessor.Import(t.Context(), tenant, operator(), refused); err == nil {
			t.Errorf("evidence that is %s was taken", name)
		}
	}
	b.assessor = assess.NewAssessor(b.store, b.assessor.Catalogue(), b.clock) // without what it remembers
	s, err := b.assessor.Look(t.Context(), tenant)
	if err != nil || s.Score.Earned() != 1000 {
		t.Errorf("got %v, %v; want the first evidence's 10.00 points", s.Score.Earned(), err)
	}
}

// Whatever happens in whatever order, entries add up to the score, what a
// process remembers equals what it loads, and replaying from empty gives the
// same score (design 4.5).
func TestAnyHistoryAddsUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := b.now
	rapid.Check(t, func(rt *rapid.T) {
		b.now = start
		b.use(t, "user.ok")
		raws := []string{ok, bad, out, none}
		draw := func(label string) objects {
			if rapid.IntRange(0, 7).Draw(rt, label+" fails") == 0 {
				return nil
			}
			list := objects{}
			for i := range rapid.IntRange(0, 5).Draw(rt, label) {
				list[strconv.Itoa(i)] = rapid.SampledFrom(raws).Draw(rt, "raw")
			}
			return list
		}
		if err := b.store.Across().Tenants.Remove(t.Context(), tenant); err != nil {
			rt.Fatal(err)
		}
		if err := b.store.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso", Created: b.now}); err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 6).Draw(rt, "runs") {
			b.now = b.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(rt, "hours")) * time.Hour)
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				d := posture.Decision{Control: "users_ok", At: b.now, By: "Ida Lund", Expires: b.now.Add(time.Duration(rapid.IntRange(1, 300).Draw(rt, "expires")) * time.Hour)}
				d.Status = rapid.SampledFrom([]posture.Status{posture.Planned, posture.RiskAccepted, posture.ThirdParty}).Draw(rt, "status")
				if rapid.Bool().Draw(rt, "exemption") {
					d.Kind, d.Entity, d.Status = "user", strconv.Itoa(rapid.IntRange(0, 5).Draw(rt, "who")), ""
				}
				b.changes(t, func() (assess.Result, error) {
					return b.assessor.Decide(t.Context(), tenant, operator(), []posture.Decision{d})
				})
			case 1:
				b.use(t, rapid.SampledFrom([]string{"user.ok", "user.rule", "user.ok && user.rule"}).Draw(rt, "rule"))
				b.changes(t, func() (assess.Result, error) { return b.assessor.Reassess(t.Context(), tenant) })
			case 2:
				b.assessor = assess.NewAssessor(b.store, b.assessor.Catalogue(), b.clock)
				fallthrough
			default:
				e := b.reading(draw("users"), draw("devices"), rapid.Bool().Draw(rt, "policy"))
				b.changes(t, func() (assess.Result, error) { return b.assessor.Import(t.Context(), tenant, operator(), e) })
			}
		}
		remembered, err := b.assessor.Look(t.Context(), tenant)
		if err != nil {
			rt.Fatal(err)
		}
		loaded, err := assess.NewAssessor(b.store, b.assessor.Catalogue(), b.clock).Look(t.Context(), tenant)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(standings(remembered), standings(loaded)); diff != "" {
			rt.Errorf("remembered and loaded differ:\n%s", diff)
		}
	})
}

func standings(s *assess.Scoring) ledger.Scoring {
	all := make(ledger.Scoring)
	for i := range s.Lines {
		all[s.Lines[i].Control] = ledger.Stand(&s.Lines[i])
	}
	return all
}
