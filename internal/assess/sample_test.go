// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/controls"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/sample"
	"securescore/internal/score"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const contoso = posture.TenantID("5a3c1e00-0000-4000-8000-000000000001")

func sampleEnd() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// theatre is a store with two assessors: one that scores by the catalogue that
// the sample organisation had at first, and one that scores by the whole.
type theatre struct {
	store      store.Store
	first, all *assess.Assessor
	run        int
	entries    int
	decisions  []posture.Decision
	last       assess.Result
}

// newTheatre is one on a data folder.
func newTheatre(tb testing.TB) *theatre {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), sqlite.Config{Folder: tb.TempDir(), Now: sampleEnd})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return newTheatreOn(tb, s)
}

func newTheatreOn(tb testing.TB, s store.Store) *theatre {
	tb.Helper()
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files})
	if err != nil {
		tb.Fatal(err)
	}
	before := c.Without(sample.Later()...)
	if got, want := len(c.Controls)-len(before.Controls), len(sample.Later()); got != want {
		tb.Fatalf("the first catalogue lacks %d controls, want %d: sample.Later names some that do not exist", got, want)
	}
	if err := s.Across().Tenants.Create(tb.Context(), store.Tenant{ID: contoso, Name: sample.Name, Sample: true}); err != nil {
		tb.Fatal(err)
	}
	return &theatre{store: s, first: assess.NewAssessor(s, before, sampleEnd), all: assess.NewAssessor(s, c, sampleEnd)}
}

// play replays one moment.
func (th *theatre) play(ctx context.Context, m *sample.Moment) error {
	a := th.first
	if m.Adopted {
		a = th.all
	}
	r, err := a.Replay(ctx, contoso, m.Decisions, m.Evidence)
	th.last, th.entries, th.run = r, th.entries+r.Entries, th.run+1
	th.decisions = append(th.decisions, m.Decisions...)
	for i := range m.Decisions {
		if id := m.Decisions[i].Control; id != "" {
			if _, ok := th.all.Catalogue().Control(id); !ok {
				return fmt.Errorf("decide on %s: there is no such improvement action", id)
			}
		}
	}
	return err
}

// The sample organisation goes the way of real evidence, and its ledger tells
// of every cause.
func TestSampleOrganisation(t *testing.T) {
	t.Parallel()
	th := newTheatre(t)
	var first score.Total
	err := sample.History(sampleEnd(), func(m sample.Moment) bool {
		if err := th.play(t.Context(), &m); err != nil {
			t.Errorf("%s: %v", m.At, err)
			return false
		}
		if th.run == 1 {
			first = th.last.Score.Total
		}
		if th.run%16 == 0 {
			th.compare(t, &m)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	last := th.last.Score.Total
	t.Logf("%d moments, %d entries; from %s %% to %s %%, coverage %s %%", th.run, th.entries, percent(first), percent(last), coverage(last))
	if p := percent(last); p < 55*score.One || p > 75*score.One {
		t.Errorf("the score ends at %s %%, want 55 to 75", p)
	}
	if p := percent(first); p < 30*score.One || p > 45*score.One {
		t.Errorf("the score begins at %s %%, want 30 to 45", p)
	}
	if c := coverage(last); c < 95*score.One || c == score.Whole {
		t.Errorf("the coverage is %s %%, want at least 95 and not all", c)
	}
	th.checkLedger(t, last)
}

// Evidence comes anew with every reading. Where it holds nothing new, what was
// made of it before is taken over all the same.
func TestEqualEvidenceIsNotReadAgain(t *testing.T) {
	t.Parallel()
	th := newTheatre(t)
	var first sample.Moment
	if err := sample.History(sampleEnd(), func(m sample.Moment) bool { first = m; return false }); err != nil {
		t.Fatal(err)
	}
	if err := th.play(t.Context(), &first); err != nil {
		t.Fatal(err)
	}
	before := th.last.Scoring.Model
	later := *first.Evidence
	later.At = later.At.Add(time.Hour)
	later.Sets = make(map[string]*posture.DataSet)
	for name, set := range first.Evidence.Sets {
		again := *set
		again.FetchedAt, again.Objects = later.At, slices.Clone(set.Objects)
		later.Sets[name] = &again
	}
	users := later.Sets["graph/users"].Objects
	users[0].Raw = bytes.Replace(users[0].Raw, []byte(`"accountEnabled":true`), []byte(`"accountEnabled":false`), 1)
	if err := th.play(t.Context(), &sample.Moment{At: later.At, Evidence: &later}); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[posture.Kind]bool{"user": false, "admin": false, "mailbox": true, "device": true, "sharePointTenant": true, "mailDomain": true} {
		if got := th.last.Scoring.Model.Shares(before, kind); got != want {
			t.Errorf("table %s: taken over is %t, want %t", kind, got, want)
		}
	}
	th.compare(t, &sample.Moment{At: later.At, Evidence: &later})
}

// compare scores a moment from nothing: what a run took over from the one
// before it must be what it would have found.
func (th *theatre) compare(t *testing.T, m *sample.Moment) {
	t.Helper()
	got := th.last.Scoring
	want := assess.Score(got.Catalog, m.Evidence, assess.InForce(got.Catalog.Schema, th.decisions, m.At))
	if diff := cmp.Diff(want.Lines, got.Lines); diff != "" {
		t.Errorf("%s: points (-from nothing +from before):\n%s", m.At, diff)
	}
	for i := range want.Outcomes {
		w, g := &want.Outcomes[i], &got.Outcomes[i]
		for name, pair := range map[string][2]entity.Bits{"pass": {w.Pass, g.Pass}, "fail": {w.Fail, g.Fail}, "unknown": {w.Unknown, g.Unknown}, "exempt": {w.Exempt, g.Exempt}} {
			if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
				t.Errorf("%s: %s: %s (-from nothing +from before):\n%s", m.At, w.Control.ID, name, diff)
			}
		}
	}
}

func (th *theatre) checkLedger(t *testing.T, want score.Total) {
	t.Helper()
	var entries []ledger.Entry
	err := th.store.View(t.Context(), contoso, func(ctx context.Context, r *store.Reader) error {
		report, err := store.Verify(ctx, r, contoso, ledger.Own)
		if err != nil {
			return err
		}
		for _, f := range report.Faults {
			t.Errorf("ledger: %v", f)
		}
		entries, err = r.Ledger.Entries(ctx, contoso, ledger.Own, 0, th.entries+1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != th.entries {
		t.Errorf("the ledger holds %d entries, the runs wrote %d", len(entries), th.entries)
	}
	var measured, credited, most posture.Points
	causes, registered := make(map[ledger.Cause]int), 0
	for i := range entries {
		e := &entries[i]
		measured, credited, most = measured+e.DMeasured, credited+e.DCredited, most+e.DMax
		causes[e.Cause]++
		if e.Cause == ledger.User && e.Control == "MFARegistrationV2" {
			registered++
		}
	}
	if registered == 0 {
		t.Error("nobody who registered a method is put down to a user")
	}
	if measured != want.Measured || credited != want.Credited || most != want.Max {
		t.Errorf("the entries come to %s + %s of %s, the score is %s + %s of %s", measured, credited, most, want.Measured, want.Credited, want.Max)
	}
	t.Logf("entries by cause: %v", causes)
	for _, cause := range []ledger.Cause{
		ledger.Catalogue, ledger.Coverage, ledger.Exemption, ledger.Status, ledger.Population, ledger.Time, ledger.Configuration, ledger.User, ledger.Device,
	} {
		if causes[cause] == 0 {
			t.Errorf("no entry has the cause %s", cause)
		}
	}
	if open := ledger.Regressed(entries, ledger.DayOf(sampleEnd())); len(open) < 3 {
		t.Errorf("%d improvement actions count as regressed, want some: %v", len(open), open)
	}
}

// BenchmarkSampleOrganisation replays the whole history.
func BenchmarkSampleOrganisation(b *testing.B) {
	spent := time.Duration(0)
	for b.Loop() {
		th := newTheatre(b)
		start := cpu(b)
		err := sample.History(sampleEnd(), func(m sample.Moment) bool {
			if err := th.play(b.Context(), &m); err != nil {
				b.Error(err)
			}
			return true
		})
		if err != nil {
			b.Fatal(err)
		}
		spent += cpu(b) - start
	}
	b.ReportMetric(spent.Seconds()/float64(b.N), "cpu-s/history")
}

// cpu is the processor time of the process, user and system.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func percent(t score.Total) score.Percent {
	p, _ := t.Percent()
	return p
}

func coverage(t score.Total) score.Percent {
	p, _ := t.Coverage()
	return p
}
