// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
	"securescore/internal/score"
)

// Standing is where one control stands: its points in the score and how its
// entities are. The zero Standing is a control that is not there, which sums
// up like one that is out of score.
type Standing struct {
	Measured, Credited, Max posture.Points
	Counts                  posture.Counts
	Status                  posture.Status // empty reads as to address
}

// Scoring is where all controls of a tenant stand. A control that is missing
// has the zero Standing.
type Scoring map[posture.ControlID]Standing

// Stand takes from a scored line what a ledger remembers.
func Stand(l *score.Line) Standing {
	return Standing{Measured: l.Measured, Credited: l.Credited, Max: l.Maximum(), Counts: l.Counts, Status: l.Status}.normal()
}

// Sums are the totals of a scoring.
type Sums struct {
	Measured, Credited, Max posture.Points
}

// Earned is the score in points.
func (s Sums) Earned() posture.Points { return s.Measured + s.Credited }

// Sums adds all controls up.
func (s Scoring) Sums() Sums {
	var sums Sums
	for _, st := range s {
		sums.Measured += st.Measured
		sums.Credited += st.Credited
		sums.Max += st.Max
	}
	return sums
}

// normal writes the default status out, so that standings compare by ==.
func (st Standing) normal() Standing {
	if st.Status == "" {
		st.Status = posture.ToAddress
	}
	return st
}

// Then is where a control stands after one more entry of its own.
func (st Standing) Then(e *Entry) Standing {
	st.Measured += e.DMeasured
	st.Credited += e.DCredited
	st.Max += e.DMax
	st.Counts.Pass += e.After.Pass - e.Before.Pass
	st.Counts.Fail += e.After.Fail - e.Before.Fail
	st.Counts.Unknown += e.After.Unknown - e.Before.Unknown
	st.Status = e.StatusAfter
	return st
}

// Step is the scoring after one cause has been let in, on top of the causes
// before it.
type Step struct {
	Cause Cause
	After Scoring
	// Actor caused the step; Actors say so for single controls. Empty is System.
	Actor  Actor
	Actors map[posture.ControlID]Actor
	// Flipped are the entities whose outcome the step changed, if known.
	Flipped map[posture.ControlID]*roaring.Bitmap
}

// Change is an entry that is not sealed yet.
type Change struct {
	Control       posture.ControlID
	Cause         Cause
	Before, After Standing
	Actor         Actor
	Facts         *Facts // only with cause facts
	// Effective overrides the time of the run when it is set.
	Effective time.Time
	Flipped   *roaring.Bitmap // kept beside the entry
}

// Telescope explains the way from one scoring to another: one change for each
// step and control that the step moved, in the order of steps and then of
// ids. The changes add up exactly, since each step is scored and rounded by
// itself. It returns an error that wraps posture.ErrInvalid when the steps are
// not in the order of the causes.
func Telescope(before Scoring, steps []Step) ([]Change, error) {
	var changes []Change
	last := 0
	for i := range steps {
		step := &steps[i]
		if code := step.Cause.code(); code <= last || code > Device.code() {
			return nil, fmt.Errorf("telescope a run: %w: step %q is out of order", posture.ErrInvalid, step.Cause)
		}
		last = step.Cause.code()
		changes = append(changes, step.changes(before)...)
		before = step.After
	}
	return changes, nil
}

func (s *Step) changes(before Scoring) []Change {
	ids := slices.Collect(maps.Keys(s.After))
	for id := range before {
		if _, both := s.After[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var changes []Change
	for _, id := range ids {
		was, is := before[id].normal(), s.After[id].normal()
		if was == is {
			continue
		}
		actor := s.Actor
		if a, ok := s.Actors[id]; ok {
			actor = a
		}
		if actor == "" {
			actor = System
		}
		changes = append(changes, Change{Control: id, Cause: s.Cause, Before: was, After: is, Actor: actor, Flipped: s.Flipped[id]})
	}
	return changes
}
