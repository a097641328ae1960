// SPDX-License-Identifier: Apache-2.0

package score_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/score"
)

// want is the part of a line that the rules are about.
type want struct {
	State              posture.State
	Status             posture.Status
	Measured, Credited posture.Points
	Maximum            posture.Points
}

func got(l score.Line) want {
	return want{l.State, l.Status, l.Measured, l.Credited, l.Maximum()}
}

func binary(held bool) posture.Assessment {
	counts := posture.Counts{Fail: 1}
	if held {
		counts = posture.Counts{Pass: 1}
	}
	return posture.Assessment{State: posture.Assessed, Measured: counts, Held: held, HeldCredited: held}
}

func counted(pass, fail, unknown int) posture.Assessment {
	return posture.Assessment{State: posture.Assessed, Measured: posture.Counts{Pass: pass, Fail: fail, Unknown: unknown}}
}

func decided(s posture.Status) *posture.Decision { return &posture.Decision{Status: s} }

var (
	whole = score.Control{ID: "c", Max: 800}
	share = score.Control{ID: "c", Max: 3000, Proportional: true}
)

func check(t *testing.T, c score.Control, a posture.Assessment, d *posture.Decision, w want) {
	t.Helper()
	if diff := cmp.Diff(w, got(score.Evaluate(c, a, d))); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

// design 3.3.
func TestPointsFollowTheOutcomes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		control score.Control
		a       posture.Assessment
		want    want
	}{
		{"binary that holds", whole, binary(true), want{posture.Assessed, posture.Completed, 800, 0, 800}},
		{"binary that does not hold", whole, binary(false), want{posture.Assessed, posture.ToAddress, 0, 0, 800}},
		{"5 of 100 users at 30 points", share, counted(5, 95, 0), want{posture.Assessed, posture.ToAddress, 150, 0, 3000}},
		{"a third rounds down", share, counted(1, 2, 0), want{posture.Assessed, posture.ToAddress, 1000, 0, 3000}},
		{"half a hundredth rounds up", score.Control{Max: 1, Proportional: true}, counted(0, 2, 0), want{posture.Assessed, posture.ToAddress, 0, 0, 1}},
		{"1 of 16 of one point is 6.25 hundredths", score.Control{Max: 100, Proportional: true}, counted(1, 15, 0), want{posture.Assessed, posture.ToAddress, 6, 0, 100}},
		{"1 of 8 of one point is 12.5 hundredths", score.Control{Max: 100, Proportional: true}, counted(1, 7, 0), want{posture.Assessed, posture.ToAddress, 13, 0, 100}},
		{"all pass", share, counted(100, 0, 0), want{posture.Assessed, posture.Completed, 3000, 0, 3000}},
		{"one of a million fails", share, counted(999_999, 1, 0), want{posture.Assessed, posture.ToAddress, 2999, 0, 3000}},
		{"one of a million is unknown", share, counted(999_999, 0, 1), want{posture.Assessed, posture.ToAddress, 2999, 0, 3000}},
		{"nothing in scope of a share", share, counted(0, 0, 0), want{posture.Assessed, posture.ToAddress, 0, 0, 3000}},
		{"not scored", score.Control{}, binary(true), want{posture.Assessed, posture.Completed, 0, 0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check(t, tt.control, tt.a, nil, tt.want)
		})
	}
}

// design 3.4.
func TestUnknownIsNeverAPass(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		a    posture.Assessment
		want want
	}{
		{"5 % unknown still counts", counted(95, 0, 5), want{posture.Assessed, posture.ToAddress, 2999, 0, 3000}},
		{"more than 5 % unknown says nothing", counted(94, 0, 6), want{posture.NotAssessed, posture.ToAddress, 0, 0, 0}},
		{"one pass and 999 unknown", counted(1, 0, 999), want{posture.NotAssessed, posture.ToAddress, 0, 0, 0}},
		{"fails do not make up for the unknown", counted(0, 90, 10), want{posture.NotAssessed, posture.ToAddress, 0, 0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check(t, share, tt.a, nil, tt.want)
		})
	}
	if l := score.Evaluate(share, counted(1, 0, 999), nil); l.Reason.Code != posture.Undecided {
		t.Errorf("reason: got %q, want %q", l.Reason.Code, posture.Undecided)
	}
}

// design 3.7.
func TestMissingPlanFailsInsideTheMaximum(t *testing.T) {
	t.Parallel()
	a := counted(10, 0, 0)
	a.Reason = posture.Reason{Code: posture.Licence}
	a.Held, a.HeldCredited = true, true
	for _, c := range []score.Control{whole, share} {
		l := score.Evaluate(c, a, nil)
		if diff := cmp.Diff(want{posture.Assessed, posture.ToAddress, 0, 0, c.Max}, got(l)); diff != "" {
			t.Errorf("line (-want +got):\n%s", diff)
		}
		if !l.Unlicensed {
			t.Error("Unlicensed: got false, want true")
		}
	}
	unreadable := posture.Assessment{State: posture.NotAssessed, Reason: posture.Reason{Code: posture.Licence}}
	if l := score.Evaluate(whole, unreadable, nil); l.InScore || l.Unlicensed {
		t.Errorf("licences that cannot be read: got InScore %v, Unlicensed %v, want neither", l.InScore, l.Unlicensed)
	}
}

// design 3.9: exemptions.
func TestExemptionsCreditAndNeverTakeAway(t *testing.T) {
	t.Parallel()
	exempt := func(a posture.Assessment, e posture.Counts, held bool) posture.Assessment {
		a.Exempted, a.HeldCredited = e, held
		return a
	}
	for _, tt := range []struct {
		name    string
		control score.Control
		a       posture.Assessment
		want    want
	}{
		{"one failing of four", share, exempt(counted(2, 2, 0), posture.Counts{Fail: 1}, false), want{posture.Assessed, posture.ToAddress, 1500, 500, 3000}},
		{"the last failing one", share, exempt(counted(3, 1, 0), posture.Counts{Fail: 1}, false), want{posture.Assessed, posture.Completed, 2250, 750, 3000}},
		{"a passing one takes nothing", share, exempt(counted(2, 2, 0), posture.Counts{Pass: 2}, false), want{posture.Assessed, posture.ToAddress, 1500, 0, 3000}},
		{"the unknown one", share, exempt(counted(99, 0, 1), posture.Counts{Unknown: 1}, false), want{posture.Assessed, posture.Completed, 2999, 1, 3000}},
		{"everybody", share, exempt(counted(1, 3, 0), posture.Counts{Pass: 1, Fail: 3}, true), want{posture.Assessed, posture.ToAddress, 750, 0, 3000}},
		{"binary by exemption", whole, exempt(binary(false), posture.Counts{}, true), want{posture.Assessed, posture.Completed, 0, 800, 800}},
		{"binary, everybody", whole, exempt(binary(false), posture.Counts{Fail: 1}, true), want{posture.Assessed, posture.ToAddress, 0, 0, 800}},
		{"binary, all passing and exempt", whole, exempt(binary(true), posture.Counts{Pass: 1}, true), want{posture.Assessed, posture.ToAddress, 800, 0, 800}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check(t, tt.control, tt.a, nil, tt.want)
		})
	}
}

// design 3.9, 3.10.
func TestDecisionsCredit(t *testing.T) {
	t.Parallel()
	notApplicable := posture.Assessment{State: posture.NotApplicable}
	notAssessed := posture.Assessment{State: posture.NotAssessed}
	for _, tt := range []struct {
		name   string
		a      posture.Assessment
		status posture.Status
		want   want
	}{
		{"third party fills up", counted(1, 3, 0), posture.ThirdParty, want{posture.Assessed, posture.ThirdParty, 750, 2250, 3000}},
		{"mitigation fills up", counted(1, 3, 0), posture.AlternateMitigation, want{posture.Assessed, posture.AlternateMitigation, 750, 2250, 3000}},
		{"risk accepted adds none", counted(1, 3, 0), posture.RiskAccepted, want{posture.Assessed, posture.RiskAccepted, 750, 0, 3000}},
		{"planned keeps the measured", counted(1, 3, 0), posture.Planned, want{posture.Assessed, posture.Planned, 750, 0, 3000}},
		{"to address keeps the measured", counted(1, 3, 0), posture.ToAddress, want{posture.Assessed, posture.ToAddress, 750, 0, 3000}},
		{"not applicable stays out", notApplicable, posture.ThirdParty, want{posture.NotApplicable, posture.ThirdParty, 0, 0, 0}},
		{"not assessed and third party counts", notAssessed, posture.ThirdParty, want{posture.NotAssessed, posture.ThirdParty, 0, 3000, 3000}},
		{"not assessed and mitigation counts", notAssessed, posture.AlternateMitigation, want{posture.NotAssessed, posture.AlternateMitigation, 0, 3000, 3000}},
		{"not assessed and risk accepted stays out", notAssessed, posture.RiskAccepted, want{posture.NotAssessed, posture.RiskAccepted, 0, 0, 0}},
		{"too many unknown and third party counts", counted(1, 0, 9), posture.ThirdParty, want{posture.NotAssessed, posture.ThirdParty, 0, 3000, 3000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check(t, share, tt.a, decided(tt.status), tt.want)
		})
	}
}

// design 3.10.
func TestAcceptedRiskLeavesTheDefaultList(t *testing.T) {
	t.Parallel()
	for _, s := range []posture.Status{posture.ToAddress, posture.Planned, posture.ThirdParty, posture.AlternateMitigation, posture.RiskAccepted} {
		l := score.Evaluate(whole, binary(false), decided(s))
		if got, want := l.Listed(), s != posture.RiskAccepted; got != want {
			t.Errorf("Listed with %s: got %v, want %v", s, got, want)
		}
	}
}

// design 3.11.
func TestCompletionIsComputedAndSuspendsDecisions(t *testing.T) {
	t.Parallel()
	for _, s := range []posture.Status{posture.ToAddress, posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.AlternateMitigation} {
		done := score.Evaluate(whole, binary(true), decided(s))
		if diff := cmp.Diff(want{posture.Assessed, posture.Completed, 800, 0, 800}, got(done)); diff != "" {
			t.Errorf("completed under %s (-want +got):\n%s", s, diff)
		}
		if got, want := done.Fulfilled, s == posture.Planned; got != want {
			t.Errorf("Fulfilled under %s: got %v, want %v", s, got, want)
		}
		if back := score.Evaluate(whole, binary(false), decided(s)); back.Status != s {
			t.Errorf("status after a regression: got %s, want %s", back.Status, s)
		}
	}
	if l := score.Evaluate(whole, binary(false), decided(posture.Completed)); l.Status != posture.ToAddress {
		t.Errorf("completed by decision: got %s, want %s", l.Status, posture.ToAddress)
	}
	if l := score.Evaluate(share, counted(3, 1, 0), nil); l.Status != posture.ToAddress {
		t.Errorf("partly done: got %s, want %s", l.Status, posture.ToAddress)
	}
	// A requirement of "any" holds although other entities fail.
	anyOf := posture.Assessment{State: posture.Assessed, Measured: posture.Counts{Pass: 1, Fail: 3}, Held: true, HeldCredited: true}
	if l := score.Evaluate(whole, anyOf, nil); l.Status != posture.Completed {
		t.Errorf("any of several: got %s, want %s", l.Status, posture.Completed)
	}
}

// design 3.13.
func TestPendingDecisionsAndExemptionsAreNoStatus(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*posture.Decision{
		"pending":   {Status: posture.ThirdParty, Pending: true},
		"exemption": {Status: posture.ThirdParty, Entity: "somebody"},
	} {
		if l := score.Evaluate(whole, binary(false), d); l.Status != posture.ToAddress || l.Credited != 0 {
			t.Errorf("%s: got %s with %s credited, want %s with none", name, l.Status, l.Credited, posture.ToAddress)
		}
	}
}

// design 3.11, 3.12.
func TestWhoMayDecide(t *testing.T) {
	t.Parallel()
	device := whole
	device.BySource = true
	open, done := score.Evaluate(whole, binary(false), nil), score.Evaluate(whole, binary(true), nil)
	for _, tt := range []struct {
		name    string
		control score.Control
		line    score.Line
		status  posture.Status
		want    error
	}{
		{"open", whole, open, posture.RiskAccepted, nil},
		{"completed cannot be chosen", whole, open, posture.Completed, posture.ErrInvalid},
		{"a word that is no status", whole, open, "done", posture.ErrInvalid},
		{"nothing on a completed action", whole, done, posture.Planned, posture.ErrConflict},
		{"the source decides", device, open, posture.ThirdParty, posture.ErrConflict},
	} {
		if err := score.Decidable(tt.control, tt.line, tt.status); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	// What the source itself decided credits all the same.
	check(t, device, binary(false), decided(posture.ThirdParty), want{posture.Assessed, posture.ThirdParty, 0, 800, 800})
	check(t, device, binary(false), decided(posture.RiskAccepted), want{posture.Assessed, posture.RiskAccepted, 0, 0, 800})
}
