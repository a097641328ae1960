// SPDX-License-Identifier: Apache-2.0

package score_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"securescore/internal/posture"
	"securescore/internal/score"
)

func drawCounts(t *rapid.T, label string, within posture.Counts) posture.Counts {
	return posture.Counts{
		Pass:    rapid.IntRange(0, within.Pass).Draw(t, label+" pass"),
		Fail:    rapid.IntRange(0, within.Fail).Draw(t, label+" fail"),
		Unknown: rapid.IntRange(0, within.Unknown).Draw(t, label+" unknown"),
	}
}

func drawLine(t *rapid.T) (score.Control, posture.Assessment, score.Line) {
	c := score.Control{
		ID:           posture.ControlID(rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "id")),
		Category:     rapid.SampledFrom(posture.Categories()).Draw(t, "category"),
		Product:      rapid.SampledFrom([]string{"entra", "exchange", "teams"}).Draw(t, "product"),
		Max:          posture.Points(rapid.IntRange(0, 10_000).Draw(t, "max")),
		Proportional: rapid.Bool().Draw(t, "proportional"),
		Difficulty:   rapid.IntRange(0, 4).Draw(t, "difficulty"),
	}
	a := posture.Assessment{
		Control:      c.ID,
		State:        rapid.SampledFrom([]posture.State{posture.Assessed, posture.Assessed, posture.NotApplicable, posture.NotAssessed}).Draw(t, "state"),
		Measured:     drawCounts(t, "measured", posture.Counts{Pass: 1000, Fail: 1000, Unknown: 60}),
		Held:         rapid.Bool().Draw(t, "held"),
		HeldCredited: rapid.Bool().Draw(t, "held without the exempt"),
		Reason:       posture.Reason{Code: rapid.SampledFrom([]posture.ReasonCode{"", "", posture.Licence}).Draw(t, "reason")},
	}
	a.Exempted = drawCounts(t, "exempt", a.Measured)
	var d *posture.Decision
	if rapid.Bool().Draw(t, "is decided") {
		d = &posture.Decision{Status: rapid.SampledFrom([]posture.Status{
			posture.ToAddress, posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.AlternateMitigation, posture.Completed,
		}).Draw(t, "decision")}
	}
	return c, a, score.Evaluate(c, a, d)
}

// design 3.3, 3.4, 3.9, 3.11.
func TestEveryLineStaysWithinItsMaximum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a, l := drawLine(t)
		if l.Measured < 0 || l.Credited < 0 || l.Earned() > l.Maximum() || l.Maximum() > c.Max || l.Remaining() < 0 {
			t.Fatalf("out of range: %+v", l)
		}
		if !l.InScore && l.Earned() != 0 {
			t.Fatalf("earned out of score: %+v", l)
		}
		if c.Proportional && c.Max > 0 && (a.Measured.Fail > 0 || a.Measured.Unknown > 0) && l.Measured == c.Max {
			t.Fatalf("full points with an entity that does not pass: %+v", l)
		}
		if l.Status == posture.Completed && l.Earned() != l.Max {
			t.Fatalf("completed without full points: %+v", l)
		}
	})
}

// design 3.9.
func TestExemptionsNeverTouchWhatIsMeasured(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a, l := drawLine(t)
		if l.State != posture.Assessed {
			return // nothing is measured
		}
		with := score.Evaluate(c, a, nil)
		a.Exempted, a.HeldCredited = posture.Counts{}, a.Held
		without := score.Evaluate(c, a, nil)
		if with.Measured != without.Measured {
			t.Fatalf("measured: got %s with exemptions, %s without", with.Measured, without.Measured)
		}
		if with.Earned() < without.Measured {
			t.Fatalf("exemptions took points: %s, %s without", with.Earned(), without.Measured)
		}
		a.Exempted = a.Measured
		if everybody := score.Evaluate(c, a, nil); a.Measured.Total() > 0 && (everybody.Credited != 0 || everybody.Measured != without.Measured) {
			t.Fatalf("everybody exempt: got %s + %s, want %s + 0.00", everybody.Measured, everybody.Credited, without.Measured)
		}
	})
}

// design 3.15.
func TestPartsAddUpInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := make([]score.Line, rapid.IntRange(0, 30).Draw(t, "lines"))
		for i := range lines {
			_, _, lines[i] = drawLine(t)
		}
		s := score.Add(lines)
		for name, parts := range map[string][]score.Total{"categories": values(s.Categories), "products": values(s.Products)} {
			var measured, credited, maximum posture.Points
			for _, p := range parts {
				measured, credited, maximum = measured+p.Measured, credited+p.Credited, maximum+p.Max
			}
			if measured != s.Measured || credited != s.Credited || maximum != s.Max {
				t.Fatalf("%s: got %s + %s of %s, want %s + %s of %s", name, measured, credited, maximum, s.Measured, s.Credited, s.Max)
			}
		}
		if s.Earned() < 0 || s.Earned() > s.Max || s.Assessed > s.Applicable {
			t.Fatalf("out of range: %+v", s.Total)
		}
		v := score.Project(lines)
		if v.Measured > v.Earned || v.Earned > v.Planned || v.Planned > v.Max || v.Achievable > v.CurrentLicence || v.CurrentLicence > v.Max {
			t.Fatalf("views out of order: %+v", v)
		}
		shuffled := rapid.Permutation(lines).Draw(t, "shuffled")
		if diff := cmp.Diff(s, score.Add(shuffled)); diff != "" {
			t.Fatalf("the order of lines changed the score:\n%s", diff)
		}
	})
}

func values[K comparable](m map[K]score.Total) []score.Total {
	var all []score.Total
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// FuzzParsePercent: no text panics, and what is read stays between 0 and 100.
func FuzzParsePercent(f *testing.F) {
	for _, seed := range []string{"46.71", "100", "0", "33.333333%", "..", "-0", "99.9999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := score.ParsePercent(text); err == nil && (p < 0 || p > score.Whole) {
			t.Errorf("parse %q: got %d, want 0 to 100 %%", text, p)
		}
	})
}
