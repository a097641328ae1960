// SPDX-License-Identifier: Apache-2.0

package score

import "securescore/internal/posture"

// maxUnknownPercent is the share of unknown entities above which a
// proportional control says nothing (design 3.4).
const maxUnknownPercent = 5

// Line is what one control contributes to a score.
type Line struct {
	Control  posture.ControlID
	Category posture.Category
	Product  string
	// State and Reason are those of the assessment, except that a proportional
	// control with too many unknown entities is not assessed.
	State  posture.State
	Reason posture.Reason
	Status posture.Status
	// Counts are the entities as people see them, without the exempt ones.
	Counts posture.Counts
	// Measured are the points of all entities by their real outcome; Credited
	// is what exemptions and decisions add. Both are 0 unless InScore.
	Measured, Credited posture.Points
	// Max is what the control is worth, in the score or not.
	Max posture.Points
	// InScore says that the control counts in the score and in its maximum.
	InScore bool
	// Unlicensed says that the control fails because its service plan is
	// proven absent.
	Unlicensed bool
	// Fulfilled says that a plan in force is done: the caller ends that
	// decision, so that a later regression does not bring the plan back.
	Fulfilled bool
	// Effort is from 3 (easy) to 9.
	Effort int
}

// Earned is what the control adds to the score.
func (l *Line) Earned() posture.Points { return l.Measured + l.Credited }

// Maximum is what the control adds to the maximum: 0 when it is out of score.
func (l *Line) Maximum() posture.Points {
	if !l.InScore {
		return 0
	}
	return l.Max
}

// Remaining is what the score gains when the action is done.
func (l *Line) Remaining() posture.Points { return l.Maximum() - l.Earned() }

// Listed reports whether the default list of actions shows the control.
// Accepting a risk takes it off that list.
func (l *Line) Listed() bool { return l.Status != posture.RiskAccepted }

// Evaluate scores one control. The decision is the status decision in force,
// or nil; for a control whose source decides it is the global exception that
// was read there. An exemption or a pending decision given here is ignored:
// exemptions are part of the assessment already.
func Evaluate(c Control, a posture.Assessment, d *posture.Decision) Line {
	l := Line{
		Control: c.ID, Category: c.Category, Product: c.Product,
		State: a.State, Reason: a.Reason, Status: posture.ToAddress,
		Counts: a.Shown(), Max: c.Max, Effort: c.Effort(),
	}
	if l.State == posture.Assessed && c.Proportional && TooUnknown(a.Measured) {
		l.State = posture.NotAssessed
		l.Reason = posture.Reason{Code: posture.Undecided, Detail: "more than 5 % of the entities are unknown"}
	}
	l.Unlicensed = l.State == posture.Assessed && l.Reason.Code == posture.Licence
	if d != nil && !d.Exemption() && !d.Pending && d.Status.Decidable() {
		l.Status = d.Status
	}
	if completed(c, &a, &l) {
		l.Fulfilled = l.Status == posture.Planned
		l.Status = posture.Completed
	}
	l.InScore = l.State == posture.Assessed || (l.State == posture.NotAssessed && l.Status.Resolves())
	if l.InScore {
		l.Measured, l.Credited = points(c, &a, &l)
	}
	return l
}

// TooUnknown reports whether more than 5 % of the entities are unknown, so
// that a share of them would be a guess. All entities in scope count, exempt
// ones too.
func TooUnknown(c posture.Counts) bool {
	return int64(c.Unknown)*100 > int64(c.Total())*maxUnknownPercent
}

// completed is computed from what is not exempt: nobody can set it. When every
// entity is exempt there is nothing that was done.
func completed(c Control, a *posture.Assessment, l *Line) bool {
	if l.State != posture.Assessed || l.Unlicensed || allExempt(a) {
		return false
	}
	if c.Proportional {
		return l.Counts.Pass > 0 && l.Counts.Fail == 0 && l.Counts.Unknown == 0
	}
	return a.HeldCredited
}

// points returns what is measured and what is credited on top. The second is
// never negative, so that an exemption of a passing entity takes nothing away.
func points(c Control, a *posture.Assessment, l *Line) (measured, credited posture.Points) {
	if l.State == posture.Assessed && !l.Unlicensed {
		measured = reached(c, a.Measured, a.Held)
		if !allExempt(a) {
			credited = max(reached(c, l.Counts, a.HeldCredited)-measured, 0)
		}
	}
	if l.Status.Resolves() {
		credited = c.Max - measured
	}
	return measured, credited
}

func allExempt(a *posture.Assessment) bool {
	return a.Exempted.Total() > 0 && a.Exempted.Total() >= a.Measured.Total()
}

// reached is what the counts are worth. A proportional control never gets full
// points while one entity fails or is unknown, however many pass.
func reached(c Control, n posture.Counts, held bool) posture.Points {
	if !c.Proportional {
		if held {
			return c.Max
		}
		return 0
	}
	known := posture.Points(n.Pass) + posture.Points(n.Fail)
	if known <= 0 || c.Max <= 0 {
		return 0
	}
	share := (2*c.Max*posture.Points(n.Pass) + known) / (2 * known) // half up
	if n.Fail > 0 || n.Unknown > 0 {
		share = min(share, c.Max-1)
	}
	return share
}
