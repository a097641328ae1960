// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/sample"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// BenchmarkPatch changes the status of one control after the other of the
// sample organisation, with its 13 months: one at a time, each on the disk
// before the next one begins, and from 16 sides at once, each on the disk
// before it returns.
func BenchmarkPatch(b *testing.B) { benchPatch(b, newTheatre(b)) }

// BenchmarkPatchPostgres does the same in a PostgreSQL database.
func BenchmarkPatchPostgres(b *testing.B) {
	s, err := postgres.Open(b.Context(), postgres.Config{URL: postgrestest.Start(b, postgrestest.Options{}).New(b).Server, Now: sampleEnd})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	benchPatch(b, newTheatreOn(b, s))
}

func benchPatch(b *testing.B, th *theatre) {
	b.Helper()
	err := sample.History(sampleEnd(), func(m sample.Moment) bool {
		if err := th.play(b.Context(), &m); err != nil {
			b.Error(err)
		}
		return true
	})
	if err != nil {
		b.Fatal(err)
	}
	var ticks, n atomic.Int64
	a := assess.NewAssessor(th.store, th.all.Catalogue(), func() time.Time {
		return sampleEnd().Add(time.Duration(ticks.Add(1)) * time.Microsecond)
	})
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
	patch := func(b *testing.B) {
		b.Helper()
		i := int(n.Add(1))
		change := assess.StatusChange{Status: &statuses[(i/len(open))%len(statuses)], Comment: new("decided by a benchmark")}
		p, err := a.PatchStatus(b.Context(), contoso, operator(), open[i%len(open)], change)
		if err != nil || !p.Changed {
			b.Errorf("patch %d: %v, changed %t", i, err, p.Changed)
		}
	}
	measure := func(b *testing.B, run func()) {
		b.Helper()
		patch(b) // the first one loads the tenant
		begun, before := cpu(b), n.Load()
		b.ResetTimer()
		run()
		done := float64(n.Load() - before)
		b.ReportMetric(float64((cpu(b)-begun).Microseconds())/done, "cpu-µs/patch")
		b.ReportMetric(done/b.Elapsed().Seconds(), "patches/s")
	}
	b.Run("one by one", func(b *testing.B) {
		measure(b, func() {
			for range b.N {
				patch(b)
			}
		})
	})
	b.Run("at once", func(b *testing.B) {
		b.SetParallelism(16)
		measure(b, func() {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					patch(b)
				}
			})
		})
	})
}
