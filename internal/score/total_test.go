// SPDX-License-Identifier: Apache-2.0

package score_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/score"
)

func line(id posture.ControlID, measured, credited, maximum posture.Points) score.Line {
	return score.Line{
		Control: id, Category: posture.Identity, Product: "entra", State: posture.Assessed, InScore: true,
		Measured: measured, Credited: credited, Max: maximum, Effort: 6, Status: posture.ToAddress,
	}
}

// design 3.5, 3.6, 3.9.
func TestAddSumsWhatIsInScore(t *testing.T) {
	t.Parallel()
	mail := line("b", 100, 50, 300)
	mail.Category, mail.Product = posture.Apps, "exchange"
	out := score.Line{Control: "c", Category: posture.Data, Product: "exchange", State: posture.NotApplicable, Max: 500}
	blind := score.Line{Control: "d", Category: posture.Data, Product: "purview", State: posture.NotAssessed, Max: 400}
	s := score.Add([]score.Line{line("a", 200, 0, 800), mail, out, blind})
	total := score.Total{Measured: 300, Credited: 50, Max: 1100, Assessed: 1100, Applicable: 1500, Controls: 4, NotAssessed: 1, NotApplicable: 1}
	if diff := cmp.Diff(total, s.Total); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	if got := s.Earned(); got != 350 {
		t.Errorf("earned: got %s, want 3.50", got)
	}
	wantExchange := score.Total{Measured: 100, Credited: 50, Max: 300, Assessed: 300, Applicable: 300, Controls: 2, NotApplicable: 1}
	if diff := cmp.Diff(wantExchange, s.Products["exchange"]); diff != "" {
		t.Errorf("exchange (-want +got):\n%s", diff)
	}
	if len(s.Categories) != len(posture.Categories()) {
		t.Errorf("categories: got %d, want all %d", len(s.Categories), len(posture.Categories()))
	}
	if p, ok := s.Coverage(); !ok || p.String() != "73.33" {
		t.Errorf("coverage: got %s %v, want 73.33 true", p, ok)
	}
	resolved := blind
	resolved.InScore, resolved.Credited = true, 400
	s = score.Add([]score.Line{resolved})
	if s.Max != 400 || s.Earned() != 400 || s.Assessed != 0 || s.Applicable != 400 {
		t.Errorf("resolved without evidence: got %+v, want it in the maximum and not in the coverage", s.Total)
	}
}

// design 3.9: percent is truncated when shown.
func TestPercentIsTruncated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		earned, maximum posture.Points
		want            string
	}{
		{12800, 27400, "46.71"}, // 46.7153…
		{99999, 100000, "99.99"},
		{99999999, 100000000, "99.99"}, // 99.999999 is not 100
		{2, 3, "66.66"},
		{0, 5, "0.00"},
		{5, 5, "100.00"},
	} {
		p, ok := score.Total{Measured: tt.earned, Max: tt.maximum}.Percent()
		if !ok || p.String() != tt.want {
			t.Errorf("%d of %d: got %s %v, want %s", tt.earned, tt.maximum, p, ok, tt.want)
		}
	}
	if p, ok := (score.Total{}).Percent(); ok {
		t.Errorf("no maximum: got %s, want no percentage", p)
	}
	p, _ := score.Total{Measured: 12850, Max: 25000}.Percent()
	if text, err := p.MarshalJSON(); err != nil || string(text) != "51.4" {
		t.Errorf("JSON: got %s %v, want 51.4", text, err)
	}
}

// design 3.9: percent is compared exactly.
func TestThresholdsAreExact(t *testing.T) {
	t.Parallel()
	third := score.Total{Measured: 1, Max: 3} // 33.333…
	for _, tt := range []struct {
		total score.Total
		text  string
		want  bool
	}{
		{third, "33.33", true},
		{third, "33.333333", true},
		{third, "33.333334", false},
		{third, "33.34", false},
		{score.Total{Measured: 99999, Max: 100000}, "100", false},
		{score.Total{Measured: 12800, Max: 27400}, "46.71", true},
		{score.Total{Measured: 12800, Max: 27400}, "46.72%", false},
		{score.Total{Measured: 5, Max: 5}, "100", true},
		{score.Total{}, "0", false},
		{score.Total{Max: 5}, "0", true},
	} {
		p, err := score.ParsePercent(tt.text)
		if err != nil {
			t.Fatalf("parse %q: %v", tt.text, err)
		}
		if got := tt.total.AtLeast(p); got != tt.want {
			t.Errorf("%d of %d at least %s: got %v, want %v", tt.total.Earned(), tt.total.Max, tt.text, got, tt.want)
		}
	}
	for _, text := range []string{"", ".5", "5.", "-1", "+1", "100.000001", "101", "1e2", "1.2345678", "abc", "0x10", "1.5.5", "1 "} {
		if p, err := score.ParsePercent(text); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("parse %q: got %d, %v, want ErrInvalid", text, p, err)
		}
	}
}

func TestCompareIsExact(t *testing.T) {
	t.Parallel()
	none, third, more := score.Total{}, score.Total{Measured: 1, Max: 3}, score.Total{Measured: 33334, Max: 100000}
	for _, tt := range []struct {
		a, b score.Total
		want int
	}{
		{third, more, -1},
		{more, third, 1},
		{third, score.Total{Measured: 2, Max: 6}, 0},
		{none, score.Total{Max: 1}, -1},
		{score.Total{Max: 1}, none, 1},
		{none, none, 0},
	} {
		if got := score.Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("compare %v with %v: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// design 3.16.
func TestViews(t *testing.T) {
	t.Parallel()
	planned, accepted, unlicensed, both := line("p", 100, 0, 300), line("r", 0, 0, 500), line("u", 0, 0, 700), line("x", 0, 0, 200)
	planned.Status, accepted.Status = posture.Planned, posture.RiskAccepted
	unlicensed.Unlicensed = true
	both.Unlicensed, both.Status = true, posture.RiskAccepted
	out := score.Line{Control: "o", State: posture.NotAssessed, Status: posture.Planned, Max: 900}
	got := score.Project([]score.Line{line("a", 200, 100, 800), planned, accepted, unlicensed, both, out})
	want := score.Views{
		Earned: 400, Measured: 300, Planned: 600,
		CurrentLicence: 1600, // 800 + 300 + 500
		Achievable:     1100, // the same without the accepted risk
		Max:            2500,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("views (-want +got):\n%s", diff)
	}
}

// design 3.17.
func TestRank(t *testing.T) {
	t.Parallel()
	with := func(id posture.ControlID, remaining posture.Points, effort int) score.Line {
		l := line(id, 0, 0, remaining)
		l.Effort = effort
		return l
	}
	out := score.Line{Control: "a-out", State: posture.NotAssessed, Max: 1000, Effort: 3}
	lines := []score.Line{
		out, with("ratio-2-small", 600, 3), with("ratio-2-large", 1800, 9), with("ratio-1", 600, 6),
		with("ratio-2-large-b", 1800, 9), with("done", 0, 3), with("ratio-3", 900, 3),
	}
	want := []posture.ControlID{"ratio-3", "ratio-2-large", "ratio-2-large-b", "ratio-2-small", "ratio-1", "done", "a-out"}
	if diff := cmp.Diff(want, score.Rank(lines)); diff != "" {
		t.Errorf("rank (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		c    score.Control
		want int
	}{
		{score.Control{Difficulty: 1, UserImpact: 2, Complexity: 3}, 6},
		{score.Control{}, 6},
		{score.Control{Difficulty: 1, UserImpact: 9, Complexity: -1}, 5},
		{score.Control{Difficulty: 3, UserImpact: 3, Complexity: 3}, 9},
	} {
		if got := tt.c.Effort(); got != tt.want {
			t.Errorf("effort of %+v: got %d, want %d", tt.c, got, tt.want)
		}
	}
}
