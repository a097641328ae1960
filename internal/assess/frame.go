// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"strings"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// Frame is what surrounds the entities of a control: whether they were read,
// one by one or as groups, and whether the service plan is there. While it
// stays the same, a control changes only by its entities.
type Frame struct {
	Collected bool
	Aggregate bool
	Plan      Plan
}

// Plan says what is known of the service plan that a control needs.
type Plan string

// The states of a plan. A control that needs none has it.
const (
	PlanMet        Plan = "met"
	PlanAbsent     Plan = "absent"
	PlanUnreadable Plan = "unreadable"
)

// frame is a Frame with the words for it.
type frame struct {
	Frame

	control   *catalog.Control
	spec      *entity.KindSpec
	missing   posture.Reason // why the entities were not read
	plan      posture.Reason // why the plan is not met
	aggregate string         // what was not read one by one
}

func frameOf(c *catalog.Control, m *entity.Model) frame {
	t := m.Table(c.Check.Entity)
	f := frame{
		Frame:   Frame{Collected: t.Collected(), Aggregate: t.Aggregate != ""},
		control: c, spec: t.Spec, missing: t.Missing, aggregate: t.Aggregate,
	}
	f.Plan, f.plan = licence(c, m)
	return f
}

// judge turns counts into an assessment by the rules 3.2 to 3.7 of the design.
// Where unknown entities leave it open, the reason is empty: the caller knows
// them.
func (f *frame) judge(measured, exempted posture.Counts) posture.Assessment {
	a := posture.Assessment{Control: f.control.ID, State: posture.NotAssessed, Measured: measured, Exempted: exempted}
	nothing := f.control.Check.Require == catalog.All && measured.Total() == 0
	switch {
	case !f.Collected && f.Plan == PlanAbsent:
		a.State, a.Reason = posture.Assessed, f.plan
	case !f.Collected:
		a.Reason = f.missing
	case nothing && (!f.spec.Configuration || f.Plan == PlanMet):
		a.State = posture.NotApplicable
		a.Reason = posture.Reason{Code: posture.NoEntity, Detail: "there are no " + f.spec.Plural + " in scope"}
	case f.Plan == PlanAbsent:
		a.State, a.Reason = posture.Assessed, f.plan
	case f.Plan == PlanUnreadable:
		a.Reason = f.plan
	default:
		f.decide(&a)
	}
	return a
}

func (f *frame) decide(a *posture.Assessment) {
	shown := a.Shown()
	if shown.Total() == 0 {
		shown = a.Measured // everybody is exempt: what is real still counts
	}
	v := f.verdict(shown)
	if v == entity.Unknown {
		if f.Aggregate {
			a.Reason = posture.Reason{Code: posture.Undecided, Detail: f.aggregate}
		}
		return
	}
	a.State = posture.Assessed
	a.HeldCredited = v == entity.True
	a.Held = f.verdict(a.Measured) == entity.True
}

// verdict says whether the requirement holds over the given counts; unknown is
// not assessed. For a proportional control it only says whether it can be
// assessed and whether all pass.
func (f *frame) verdict(n posture.Counts) entity.Tri {
	ch := &f.control.Check
	proportional := f.control.Scoring == catalog.Proportional
	switch {
	case ch.Require == catalog.Any:
		return atLeast(n, 1, 0)
	case ch.Require == catalog.Count:
		return atLeast(n, ch.Min, ch.Max)
	case f.Aggregate:
		return aggregated(n)
	case proportional && score.TooUnknown(n):
		return entity.Unknown
	case proportional:
		return entity.TriOf(n.Fail == 0 && n.Unknown == 0)
	case n.Fail > 0:
		return entity.False
	case n.Unknown > 0:
		return entity.Unknown
	}
	return entity.True
}

// atLeast decides any and count: what is unknown may turn out either way.
func atLeast(n posture.Counts, least, most int) entity.Tri {
	switch {
	case n.Pass+n.Unknown < least || (most > 0 && n.Pass > most):
		return entity.False
	case n.Pass >= least && (most == 0 || n.Pass+n.Unknown <= most):
		return entity.True
	}
	return entity.Unknown
}

// aggregated decides rows that stand for groups of unknown size: only all or
// none of them says anything.
func aggregated(n posture.Counts) entity.Tri {
	switch n.Total() {
	case n.Pass:
		return entity.True
	case n.Fail:
		return entity.False
	}
	return entity.Unknown
}

// String writes a frame for the store.
func (f Frame) String() string {
	read := "missing"
	switch {
	case f.Aggregate:
		read = "groups"
	case f.Collected:
		read = "entities"
	}
	return read + " " + string(f.Plan)
}

// parseFrame reads what String wrote; anything else is nothing known.
func parseFrame(text string) Frame {
	read, plan, ok := strings.Cut(text, " ")
	if !ok {
		return Frame{}
	}
	return Frame{Collected: read != "missing", Aggregate: read == "groups", Plan: Plan(plan)}
}
