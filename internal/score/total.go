// SPDX-License-Identifier: Apache-2.0

package score

import (
	"cmp"
	"maps"
	"math/bits"

	"securescore/internal/posture"
)

// Total is a sum of lines. The zero Total is a tenant without evidence: it has
// no percentage, which is not the same as 0 %.
type Total struct {
	Measured, Credited posture.Points
	// Max is the maximum of the controls in score.
	Max posture.Points
	// Assessed and Applicable make the coverage: the maximum of the controls
	// that were assessed, and of all that are not proven not applicable.
	Assessed, Applicable posture.Points
	// Controls counts the lines; the other two those of them that are not in
	// the state assessed.
	Controls, NotAssessed, NotApplicable int
}

// Earned is the score in points.
func (t Total) Earned() posture.Points { return t.Measured + t.Credited }

// Percent is the score as people read it, truncated to two places. It reports
// false when there is nothing to divide by.
func (t Total) Percent() (Percent, bool) { return Share(t.Earned(), t.Max) }

// Coverage is the assessed part of what could be assessed, by maximum points.
// It reports false when nothing is worth points.
func (t Total) Coverage() (Percent, bool) { return Share(t.Assessed, t.Applicable) }

// AtLeast reports whether the exact percentage reaches p. A tenant without a
// percentage reaches nothing.
func (t Total) AtLeast(p Percent) bool {
	return t.Max > 0 && crossCompare(int64(t.Earned()), int64(t.Max), int64(p), int64(Whole)) >= 0
}

// CoverageAtLeast reports whether the exact coverage reaches p. A catalogue
// without points covers nothing.
func (t Total) CoverageAtLeast(p Percent) bool {
	return t.Applicable > 0 && crossCompare(int64(t.Assessed), int64(t.Applicable), int64(p), int64(Whole)) >= 0
}

// Compare orders two totals by their exact percentages, one without a
// percentage before all others.
func Compare(a, b Total) int {
	if a.Max <= 0 || b.Max <= 0 {
		return cmp.Compare(min(int64(a.Max), 1), min(int64(b.Max), 1))
	}
	return crossCompare(int64(a.Earned()), int64(a.Max), int64(b.Earned()), int64(b.Max))
}

// crossCompare compares a/b with c/d for a, c >= 0 and b, d > 0, without
// rounding and without overflow.
func crossCompare(a, b, c, d int64) int {
	leftHigh, leftLow := bits.Mul64(uint64(max(a, 0)), uint64(max(d, 0)))
	rightHigh, rightLow := bits.Mul64(uint64(max(c, 0)), uint64(max(b, 0)))
	return cmp.Or(cmp.Compare(leftHigh, rightHigh), cmp.Compare(leftLow, rightLow))
}

// plus returns t with one more line.
func (t Total) plus(l *Line) Total { return t.with(l, 1) }

// with adds a line a number of times; -1 takes it away.
func (t Total) with(l *Line, times int) Total {
	n := posture.Points(times)
	t.Controls += times
	t.Measured += n * l.Measured
	t.Credited += n * l.Credited
	t.Max += n * l.Maximum()
	switch l.State {
	case posture.Assessed:
		t.Assessed += n * l.Max
		t.Applicable += n * l.Max
	case posture.NotApplicable:
		t.NotApplicable += times
	case posture.NotAssessed:
		t.Applicable += n * l.Max
		t.NotAssessed += times
	}
	return t
}

// Score is the total of a tenant and its parts. The parts of each division add
// up to the total exactly.
type Score struct {
	Total
	Categories map[posture.Category]Total // all five, and any other that a line names
	Products   map[string]Total
}

// Add sums lines up. Their order does not matter.
func Add(lines []Line) Score {
	s := Score{Categories: make(map[posture.Category]Total), Products: make(map[string]Total)}
	for _, c := range posture.Categories() {
		s.Categories[c] = Total{}
	}
	for i := range lines {
		l := &lines[i]
		s.Total = s.plus(l)
		s.Categories[l.Category] = s.Categories[l.Category].plus(l)
		s.Products[l.Product] = s.Products[l.Product].plus(l)
	}
	return s
}

// Replace returns the score with another line of a control in the place of one
// that was added, as if all lines had been added anew.
func (s Score) Replace(was, is *Line) Score {
	change := func(t Total) Total { return t.with(was, -1).with(is, 1) }
	next := Score{Total: change(s.Total), Categories: maps.Clone(s.Categories), Products: maps.Clone(s.Products)}
	next.Categories[is.Category] = change(s.Categories[is.Category])
	next.Products[is.Product] = change(s.Products[is.Product])
	return next
}
