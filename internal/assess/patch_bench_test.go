// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"testing"
	"time"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/sample"
)

// BenchmarkPatch changes the status of one control after the other of the
// sample organisation, with its 13 months, one at a time. Each is on the disk
// before the next one begins.
func BenchmarkPatch(b *testing.B) {
	th := newTheatre(b)
	err := sample.History(sampleEnd(), func(m sample.Moment) bool {
		if err := th.play(b.Context(), &m); err != nil {
			b.Error(err)
		}
		return true
	})
	if err != nil {
		b.Fatal(err)
	}
	now := sampleEnd()
	a := assess.NewAssessor(th.store, th.all.Catalogue(), func() time.Time { return now })
	s, err := a.Look(b.Context(), contoso)
	if err != nil {
		b.Fatal(err)
	}
	var open []posture.ControlID
	for i := range s.Lines {
		if s.Lines[i].Status != posture.Completed {
			open = append(open, s.Lines[i].Control)
		}
	}
	statuses := []posture.Status{posture.RiskAccepted, posture.ThirdParty, posture.Planned, posture.AlternateMitigation, posture.ToAddress}
	comment := "decided by a benchmark"
	begun, n := cpu(b), 0
	for b.Loop() {
		now = now.Add(time.Millisecond)
		change := assess.StatusChange{Status: &statuses[(n/len(open))%len(statuses)], Comment: &comment}
		p, err := a.PatchStatus(b.Context(), contoso, operator(), open[n%len(open)], change)
		if err != nil || !p.Changed {
			b.Fatalf("patch %d: %v, changed %t", n, err, p.Changed)
		}
		n++
	}
	b.ReportMetric(float64((cpu(b)-begun).Microseconds())/float64(n), "cpu-µs/patch")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "patches/s")
}
