// SPDX-License-Identifier: Apache-2.0

package score

import (
	"cmp"
	"slices"

	"securescore/internal/posture"
)

// Views are scores beside the score, each in points of the same maximum.
type Views struct {
	Earned   posture.Points // the score itself
	Measured posture.Points // without what is credited
	Planned  posture.Points // when everything planned is done
	// CurrentLicence is what can be reached without buying a service plan;
	// Achievable is the same when accepted risks stay as they are.
	CurrentLicence, Achievable posture.Points
	Max                        posture.Points
}

// Project computes all views of one scoring.
func Project(lines []Line) Views {
	var v Views
	for i := range lines {
		l := &lines[i]
		earned, remaining := l.Earned(), l.Remaining()
		v.Earned += earned
		v.Measured += l.Measured
		v.Max += l.Maximum()
		v.Planned += earned
		v.CurrentLicence += earned
		v.Achievable += earned
		if l.Status == posture.Planned {
			v.Planned += remaining
		}
		if !l.Unlicensed {
			v.CurrentLicence += remaining
			if l.Status != posture.RiskAccepted {
				v.Achievable += remaining
			}
		}
	}
	return v
}

// Rank orders lines by what to do first: remaining points divided by effort,
// ties by remaining points, then by id. Controls out of score come last, since
// nobody knows what they would bring. The lines themselves stay as they are.
func Rank(lines []Line) []posture.ControlID {
	order := make([]*Line, len(lines))
	for i := range lines {
		order[i] = &lines[i]
	}
	slices.SortFunc(order, func(a, b *Line) int {
		return cmp.Or(
			cmp.Compare(rank(b.InScore), rank(a.InScore)),
			// remaining ÷ effort, compared exactly
			cmp.Compare(b.Remaining()*posture.Points(a.Effort), a.Remaining()*posture.Points(b.Effort)),
			cmp.Compare(b.Remaining(), a.Remaining()),
			cmp.Compare(a.Control, b.Control),
		)
	})
	ids := make([]posture.ControlID, len(order))
	for i, l := range order {
		ids[i] = l.Control
	}
	return ids
}

func rank(in bool) int {
	if in {
		return 1
	}
	return 0
}
