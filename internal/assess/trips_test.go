// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"context"
	"testing"
	"time"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/sample"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// A database may be far away: how often somebody waits for it must not grow by
// accident, and not with the number of controls.
func TestTripsToTheDatabase(t *testing.T) {
	t.Parallel()
	// Looks at the change feed go on beside what is counted, so there are none;
	// that makes a sequence cost a trip or two.
	trips := postgrestest.Count(t, postgrestest.New(t).Server)
	s, err := postgres.Open(t.Context(), postgres.Config{URL: trips.Server, Now: sampleEnd, Poll: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	th := newTheatreOn(t, s)
	var moments []sample.Moment
	err = sample.History(sampleEnd(), func(m sample.Moment) bool {
		moments = append(moments, m)
		return len(moments) < 3
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := th.play(t.Context(), &moments[0]); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hold := func(what string, most int64, fn func()) {
		t.Helper()
		n := trips.Of(fn)
		t.Logf("%s: %d trips", what, n)
		if n > most {
			t.Errorf("%s takes %d trips to the database, want at most %d", what, n, most)
		}
	}
	hold("a look at a tenant", 3, func() {
		must(s.View(t.Context(), contoso, func(ctx context.Context, r *store.Reader) error {
			_, err := r.Assessments.List(ctx, contoso)
			return err
		}))
	})
	a := th.first
	hold("a run that finds nothing new", 14, func() {
		_, err := a.Replay(t.Context(), contoso, nil, moments[0].Evidence)
		must(err)
	})
	hold("a run of a process that just began", 260, func() {
		_, err := assess.NewAssessor(s, a.Catalogue(), sampleEnd).Replay(t.Context(), contoso, nil, moments[0].Evidence)
		must(err)
	})
	later := sampleEnd()
	clocked := assess.NewAssessor(s, a.Catalogue(), func() time.Time { later = later.Add(time.Microsecond); return later })
	statuses := []posture.Status{posture.RiskAccepted, posture.ThirdParty, posture.Planned, posture.AlternateMitigation}
	n := 0
	look, err := clocked.Look(t.Context(), contoso)
	must(err)
	var open posture.ControlID
	for i := range look.Lines {
		if look.Lines[i].Status != posture.Completed {
			open = look.Lines[i].Control
		}
	}
	hold("a decision", 20, func() {
		n++
		p, err := clocked.PatchStatus(t.Context(), contoso, operator(), open, assess.StatusChange{Status: &statuses[n%len(statuses)]})
		must(err)
		if !p.Changed {
			t.Errorf("round %d changed nothing", n)
		}
	})
}
