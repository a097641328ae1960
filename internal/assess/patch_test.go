// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// person is somebody with a role in the tenant.
func person(role access.Role) *access.Principal {
	return &access.Principal{
		Actor: "person:ida", Name: "Ida Lund", Person: "ida", Scope: access.FullScope, Via: access.ViaGraph,
		Holdings: []access.Holding{{Role: role, Tenant: tenant}},
	}
}

// started is a workbench with half of its users ok, one hour ago.
func started(t *testing.T) *workbench {
	t.Helper()
	b := setup(t)
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{"x": ok}, true)); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	return b
}

func (b *workbench) patch(t *testing.T, control posture.ControlID, change assess.StatusChange) (assess.Patched, error) {
	t.Helper()
	return b.assessor.PatchStatus(t.Context(), tenant, person(access.SecurityAdministrator), control, change)
}

// stored is everything of a tenant that a decision touches.
type stored struct {
	Entries   []ledger.Entry
	Beside    []ledger.Beside
	Current   []store.Current
	Open      []store.Decision
	History   []store.Decision
	Runs      []store.Run
	Changes   []store.Change
	Audit     []audit.Entry
	Cached    []ledger.DayTotal // by months
	Days      []ledger.DayTotal // from the entries
	Standings ledger.Scoring
	Score     any
}

func (b *workbench) stored(t rapid.TB) stored {
	t.Helper()
	var s stored
	look, err := b.assessor.Look(context.Background(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	s.Standings, s.Score = standings(look), look.Score
	err = b.store.View(context.Background(), tenant, func(ctx context.Context, r *store.Reader) error {
		var errs [10]error
		s.Entries, errs[0] = r.Ledger.Entries(ctx, tenant, ledger.Own, 0, 10000)
		all := sequences(s.Entries)
		s.Beside, errs[1] = r.Ledger.Beside(ctx, tenant, ledger.Own, all)
		s.Current, errs[2] = r.Assessments.List(ctx, tenant)
		s.Open, errs[3] = r.Decisions.Open(ctx, tenant)
		s.History, errs[4] = r.Decisions.History(ctx, tenant, "users_ok")
		s.Runs, errs[5] = r.Runs.Runs(ctx, tenant, 0, 1000)
		s.Changes, errs[6] = r.Changes.Changes(ctx, tenant, 0, 1000)
		s.Audit, errs[7] = r.Audit.Entries(ctx, tenant, 0, 1000)
		past := assess.Past(tenant, ledger.Own, b.assessor.Catalogue())
		first, last := ledger.DayOf(b.now)-400, ledger.DayOf(b.now)
		s.Cached, errs[8] = store.History(ctx, r, past, first, last)
		past.Catalogue = "none that is cached"
		s.Days, errs[9] = store.History(ctx, r, past, first, last)
		report, err := store.Verify(ctx, r, tenant, ledger.Own)
		if len(report.Faults) > 0 {
			t.Errorf("the ledger is wrong: %v", report.Faults)
		}
		return errors.Join(append(errs[:], err)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever is decided in whatever order, a process that scores only what was
// decided writes what one writes that scores everything anew.
func TestPatchesAreWhatAFullAssessmentWrites(t *testing.T) {
	t.Parallel()
	quick, full := setup(t), setup(t)
	both, start := []*workbench{quick, full}, quick.now
	rapid.Check(t, func(rt *rapid.T) {
		for _, b := range both {
			b.now = start
			b.use(t, "user.ok")
			b.assessor.Watch(assess.Live{"test": assess.MaxAge})
			if err := errors.Join(
				b.store.Across().Tenants.Remove(t.Context(), tenant),
				b.store.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso", Created: b.now}),
			); err != nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			step := drawStep(rt)
			pass := time.Duration(rapid.SampledFrom([]int{0, 1, 50, 900, 3000}).Draw(rt, "hours")) * time.Hour
			var got [2]string
			for i, b := range both {
				b.now = b.now.Add(pass)
				if b == full {
					b.assessor.Doubt(tenant)
				}
				got[i] = step(b)
			}
			if got[0] != got[1] {
				rt.Fatalf("one says %q, the other %q", got[0], got[1])
			}
		}
		a, b := quick.stored(rt), full.stored(rt)
		sealed := cmpopts.IgnoreFields(audit.Entry{}, "Salt", "Sealed", "Prev", "Hash") // salted
		if diff := cmp.Diff(b, a, sealed, sameBitmaps(), cmpopts.EquateEmpty()); diff != "" {
			rt.Errorf("-everything anew +only what was decided:\n%s", diff)
		}
		if diff := cmp.Diff(a.Days, a.Cached); diff != "" {
			rt.Errorf("days -from the entries +cached:\n%s", diff)
		}
	})
}

// drawStep draws something to do on any workbench.
func drawStep(rt *rapid.T) func(*workbench) string {
	said := func(err error) string {
		if err != nil {
			return err.Error()
		}
		return "done"
	}
	ctx := context.Background()
	switch rapid.IntRange(0, 7).Draw(rt, "what") {
	case 0:
		users, devices := objects{}, objects{}
		for i := range 4 {
			users[strconv.Itoa(i)] = rapid.SampledFrom([]string{ok, bad, out, none}).Draw(rt, "raw")
			devices[strconv.Itoa(i)] = rapid.SampledFrom([]string{ok, bad}).Draw(rt, "raw")
		}
		return func(b *workbench) string {
			_, err := b.assessor.Import(ctx, tenant, operator(), b.reading(users, devices, true))
			return said(err)
		}
	case 1:
		d := posture.Decision{Control: "users_ok", Kind: "user", Entity: strconv.Itoa(rapid.IntRange(0, 4).Draw(rt, "who"))}
		hours := time.Duration(rapid.IntRange(1, 1000).Draw(rt, "expires")) * time.Hour
		return func(b *workbench) string {
			d.Expires = b.now.Add(hours)
			_, err := b.assessor.Decide(ctx, tenant, operator(), []posture.Decision{d})
			return said(err)
		}
	case 2:
		return func(b *workbench) string { _, err := b.assessor.Reassess(ctx, tenant); return said(err) }
	}
	control := rapid.SampledFrom([]posture.ControlID{"users_ok", "devices_ok"}).Draw(rt, "control")
	var change assess.StatusChange
	if rapid.Bool().Draw(rt, "a status") {
		change.Status = new(rapid.SampledFrom([]posture.Status{
			posture.ToAddress, posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.AlternateMitigation, posture.Completed,
		}).Draw(rt, "status"))
	}
	if rapid.Bool().Draw(rt, "an owner") {
		change.Owner = new(rapid.SampledFrom([]string{"", "Ola", "Per"}).Draw(rt, "owner"))
	}
	if rapid.Bool().Draw(rt, "a comment") {
		change.Comment = new(rapid.SampledFrom([]string{"", "because", "since"}).Draw(rt, "comment"))
	}
	return func(b *workbench) string {
		p, err := b.assessor.PatchStatus(ctx, tenant, operator(), control, change)
		return said(err) + strconv.FormatBool(p.Changed) + string(p.Decision.Status) + p.Decision.Owner + p.Decision.Reason + p.Decision.Expires.String()
	}
}

// A second equal patch writes nothing at all, and what is not mentioned stays.
func TestPatchChangesWhatItMentions(t *testing.T) {
	t.Parallel()
	b := started(t)
	change := assess.StatusChange{Status: new(posture.RiskAccepted), Owner: new("Ola"), Comment: new("small")}
	first, err := b.patch(t, "users_ok", change)
	if err != nil || !first.Changed {
		t.Fatalf("got %v, changed %t", err, first.Changed)
	}
	want := posture.Decision{
		Control: "users_ok", Status: posture.RiskAccepted, Reason: "small", Owner: "Ola", By: "Ida Lund", Actor: "person:ida",
		At: b.now, Expires: b.now.AddDate(0, 0, 90),
	}
	before := b.stored(t)
	if diff := cmp.Diff(want, before.Open[0].Decision); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before.Open[0], first.Decision); diff != "" {
		t.Errorf("returned (-kept +returned):\n%s", diff)
	}
	if e := before.Entries[len(before.Entries)-1]; e.Cause != ledger.Status || e.Actor != "person:ida" || e.StatusAfter != posture.RiskAccepted {
		t.Errorf("the entry is %+v", e)
	}
	if e := before.Audit[len(before.Audit)-1]; e.Event != audit.DecisionMade || e.Actor != "person:ida" || e.Target != "users_ok" || !strings.Contains(e.Details.After, `"reason":"small"`) {
		t.Errorf("the audit log says %+v", e)
	}
	b.now = b.now.Add(time.Hour)
	for _, same := range []assess.StatusChange{change, {}, {Owner: new("Ola")}, {Status: new(posture.RiskAccepted)}} {
		again, err := b.patch(t, "users_ok", same)
		if err != nil || again.Changed || again.Decision.ID != first.Decision.ID {
			t.Errorf("again: got %v, %+v", err, again)
		}
	}
	if diff := cmp.Diff(before, b.stored(t), sameBitmaps()); diff != "" {
		t.Errorf("an equal patch wrote (-before +after):\n%s", diff)
	}
	second, err := b.patch(t, "users_ok", assess.StatusChange{Comment: new("not so small")})
	if d := &second.Decision; err != nil || !second.Changed || d.Status != posture.RiskAccepted || d.Owner != "Ola" || !d.Expires.Equal(want.Expires) {
		t.Errorf("only the comment: got %v, %+v", err, second)
	}
	back, err := b.patch(t, "users_ok", assess.StatusChange{Status: new(posture.ToAddress)})
	if d := &back.Decision; err != nil || !back.Changed || d.Owner != "Ola" || !d.Expires.IsZero() {
		t.Errorf("to address: got %v, %+v", err, back)
	}
}

// Once a decision has expired its owner is still there, and the same status is
// a new decision.
func TestPatchAfterTheExpiry(t *testing.T) {
	t.Parallel()
	b := started(t)
	err := b.store.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
		return w.Tenant.SetDecisionDays(ctx, tenant, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.patch(t, "users_ok", assess.StatusChange{Status: new(posture.ThirdParty), Owner: new("Ola"), Comment: new("other tool")}); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(49 * time.Hour)
	same, err := b.patch(t, "users_ok", assess.StatusChange{Status: new(posture.ToAddress), Owner: new("Ola")})
	if err != nil || same.Changed {
		t.Errorf("what the expiry did already: got %v, changed %t", err, same.Changed)
	}
	again, err := b.patch(t, "users_ok", assess.StatusChange{Status: new(posture.ThirdParty)})
	if d := &again.Decision; err != nil || !again.Changed || d.Owner != "Ola" || d.Reason != "" || !d.Expires.Equal(b.now.AddDate(0, 0, 2)) {
		t.Errorf("got %v, %+v", err, again)
	}
}

func TestPatchIsRefused(t *testing.T) {
	t.Parallel()
	b := started(t)
	before := b.stored(t)
	accept := assess.StatusChange{Status: new(posture.RiskAccepted)}
	stop := errors.New("changed meanwhile")
	for _, c := range []struct {
		name    string
		by      *access.Principal
		control posture.ControlID
		change  assess.StatusChange
		want    error
	}{
		{"by nobody", nil, "users_ok", accept, posture.ErrUnauthenticated},
		{"by a reader", person(access.SecurityReader), "users_ok", accept, posture.ErrForbidden},
		{"of a control that is not there", operator(), "users", accept, posture.ErrNotFound},
		{"of what is completed", operator(), "devices_ok", accept, posture.ErrConflict},
		{"the note of what is completed", operator(), "devices_ok", assess.StatusChange{Comment: new("x")}, posture.ErrConflict},
		{"to completed", operator(), "users_ok", assess.StatusChange{Status: new(posture.Completed)}, posture.ErrInvalid},
		{"to a word that is no status", operator(), "users_ok", assess.StatusChange{Status: new(posture.Status("done"))}, posture.ErrInvalid},
		{"with a comment too long", operator(), "users_ok", assess.StatusChange{Comment: new(strings.Repeat("x", 8001))}, posture.ErrInvalid},
		{"with an owner that is no text", operator(), "users_ok", assess.StatusChange{Owner: new("\xff")}, posture.ErrInvalid},
		{"by its condition", operator(), "users_ok", assess.StatusChange{Status: new(posture.Planned), IfMatch: func(assess.Before) error { return stop }}, stop},
	} {
		_, err := b.assessor.PatchStatus(t.Context(), tenant, c.by, c.control, c.change)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	same, err := b.patch(t, "devices_ok", assess.StatusChange{Status: new(posture.ToAddress)})
	if err != nil || same.Changed {
		t.Errorf("the default of what is completed: got %v, changed %t; want nothing", err, same.Changed)
	}
	stranger := person(access.GlobalAdministrator)
	stranger.Holdings[0].Tenant = "22222222-2222-4333-8444-555555555555"
	if _, err := b.assessor.PatchStatus(t.Context(), tenant, stranger, "users_ok", accept); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("by somebody of another tenant: got %v, want %v", err, posture.ErrNotFound)
	}
	if diff := cmp.Diff(before, b.stored(t), sameBitmaps()); diff != "" {
		t.Errorf("what was refused wrote (-before +after):\n%s", diff)
	}
}

// The condition sees the control as it is in the same transaction.
func TestPatchConditions(t *testing.T) {
	t.Parallel()
	b := started(t)
	var seen []assess.Before
	look := func(before assess.Before) error { seen = append(seen, before); return nil }
	for _, s := range []posture.Status{posture.Planned, posture.RiskAccepted} {
		if _, err := b.patch(t, "users_ok", assess.StatusChange{Status: &s, IfMatch: look}); err != nil {
			t.Fatal(err)
		}
	}
	planned := assess.StateUpdate{Status: posture.Planned, By: "Ida Lund", At: b.now}
	first := seen[0].Sequence
	want := []assess.Before{{Sequence: first, Updates: []assess.StateUpdate{}}, {Sequence: first + 1, Updates: []assess.StateUpdate{planned}}}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Many at once: each is there when it returns, and none is lost.
func TestPatchesAtOnce(t *testing.T) {
	t.Parallel()
	b := started(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			p, err := b.assessor.PatchStatus(t.Context(), tenant, operator(), "users_ok", assess.StatusChange{Owner: new(strconv.Itoa(i))})
			if err != nil || !p.Changed {
				t.Errorf("patch %d: %v, changed %t", i, err, p.Changed)
			}
			if _, err := b.assessor.Look(t.Context(), tenant); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s := b.stored(t)
	if len(s.History) != 16 || len(s.Open) != 1 || len(s.Audit) != 17 {
		t.Errorf("got %d decisions, %d open, %d lines in the audit log; want 16, 1 and 17", len(s.History), len(s.Open), len(s.Audit))
	}
}

// counting is a store that notes what a change reads and writes of other
// controls.
type counting struct {
	store.Store

	opened, put int
}

func (c *counting) Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	return c.Store.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		w.Decisions, w.Assessments = countedDecisions{w.Decisions, c}, countedAssessments{w.Assessments, c}
		return fn(ctx, w)
	})
}

type countedDecisions struct {
	store.DecisionWriter

	c *counting
}

func (d countedDecisions) Open(ctx context.Context, tenant posture.TenantID) ([]store.Decision, error) {
	d.c.opened++
	return d.DecisionWriter.Open(ctx, tenant)
}

type countedAssessments struct {
	store.AssessmentWriter

	c *counting
}

func (a countedAssessments) Put(ctx context.Context, tenant posture.TenantID, all []store.Current) error {
	a.c.put += len(all)
	return a.AssessmentWriter.Put(ctx, tenant, all)
}

// A patch costs what it changes: after a first one, which loads the tenant, no
// other decision is read and one assessment is written.
func TestPatchTouchesOneControl(t *testing.T) {
	t.Parallel()
	b := started(t)
	c := &counting{Store: b.store}
	b.assessor = assess.NewAssessor(c, b.assessor.Catalogue(), b.clock)
	for i, s := range []posture.Status{posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.ToAddress} {
		if i == 1 {
			*c = counting{Store: b.store}
		}
		if _, err := b.patch(t, "users_ok", assess.StatusChange{Status: &s}); err != nil {
			t.Fatal(err)
		}
	}
	if c.opened != 0 || c.put != 3 {
		t.Errorf("read the open decisions %d times and wrote %d assessments, want 0 and 3", c.opened, c.put)
	}
}

func sequences(entries []ledger.Entry) *roaring.Bitmap {
	all := roaring.New()
	for i := range entries {
		all.Add(uint32(entries[i].Sequence))
	}
	return all
}

func sameBitmaps() cmp.Option {
	return cmp.Comparer(func(a, b *roaring.Bitmap) bool { return (a == nil) == (b == nil) && (a == nil || a.Equals(b)) })
}
